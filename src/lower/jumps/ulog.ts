import type { LowerJump } from './lower-jump.js';

export const ulog: LowerJump<'ulog'> = (jump) => ({ kind: 'outside', jump });
