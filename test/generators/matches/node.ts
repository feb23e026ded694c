import type fc from 'fast-check';
import type { Family, MatchKind, MatchOf } from '../../../src/ir/index.js';

/** Draws matches of one kind as a parser of that family could have made them, over the whole of their values. */
export type MatchGenerator<K extends MatchKind> = {
  readonly families: readonly Family[];
  draw(family: Family): fc.Arbitrary<MatchOf<K>>;
};

export type MatchGenerators = { readonly [K in MatchKind]: MatchGenerator<K> };
