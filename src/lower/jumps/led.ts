import type { LowerJump } from './lower-jump.js';

export const led: LowerJump<'led'> = (jump) => ({ kind: 'outside', jump });
