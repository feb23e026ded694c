import type { LowerJump } from './lower-jump.js';

export const rateest: LowerJump<'rateest'> = (jump) => ({ kind: 'outside', jump });
