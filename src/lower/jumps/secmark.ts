import type { LowerJump } from './lower-jump.js';

export const secmark: LowerJump<'secmark'> = (jump) => ({ kind: 'outside', jump });
