import type { LowerJump } from './lower-jump.js';

export const tproxy: LowerJump<'tproxy'> = (jump) => ({ kind: 'outside', jump });
