import type { Family, FragmentAssumption, Match, MatchKind, MatchOf, Step } from '../ir/index.js';

/** What the lowering of one match may know of the rule's surroundings. */
export interface MatchContext {
  readonly family: Family;
  /** Later fragments can come to this rule, but under this assumption; absent where none can. */
  readonly laterFragments?: FragmentAssumption;
}

/** Steps in the kernel's own order of evaluation. */
export type LowerMatch<K extends MatchKind> = (match: MatchOf<K>, context: MatchContext) => readonly Step[];
export type AnyLowerMatch = LowerMatch<Match['kind']>;
