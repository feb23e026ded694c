import type { Source } from './source.js';

/** What every `-m` instance has. */
export interface MatchNode<K extends string> {
  readonly kind: K;
  readonly source: Source;
}
