import type fc from 'fast-check';
import type { CoreJumpKind } from '../../../grammar/extension.js';
import type { Family, JumpKind, JumpOf } from '../../../src/ir/index.js';

/** Draws jumps of one kind as a parser of that family could have made them, over the whole of their values. */
export type JumpGenerator<K extends JumpKind> = {
  readonly families: readonly Family[];
  draw(family: Family): fc.Arbitrary<JumpOf<K>>;
};

export type JumpGenerators = { readonly [K in Exclude<JumpKind, CoreJumpKind>]: JumpGenerator<K> };
