import type { Verification } from '../verify/result.js';

/** What came of holding an output against the rules it was made from. */
export interface Validation {
  /** Whose word it is what the output means: the kernel's, which has loaded and listed it, or that of ferrule's own reader alone. */
  readonly judge: 'kernel' | 'reader';
  readonly verification: Verification;
  /** Rules of which the listing does not tell all, read from the output instead. */
  readonly taken: number;
}
