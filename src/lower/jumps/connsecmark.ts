import type { LowerJump } from './lower-jump.js';

export const connsecmark: LowerJump<'connsecmark'> = (jump) => ({ kind: 'outside', jump });
