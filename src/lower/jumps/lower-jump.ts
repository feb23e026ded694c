import type { Action, Jump, JumpKind, JumpOf } from '../../ir/index.js';

export type LowerJump<K extends JumpKind> = (jump: JumpOf<K>) => Action;
export type AnyLowerJump = LowerJump<Jump['kind']>;
