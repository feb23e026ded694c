import type { LowerJump } from './lower-jump.js';

export const snpt: LowerJump<'snpt'> = (jump) => ({ kind: 'outside', jump });
