import type { LowerJump } from './lower-jump.js';

export const tcpoptstrip: LowerJump<'tcpoptstrip'> = (jump) => ({ kind: 'outside', jump });
