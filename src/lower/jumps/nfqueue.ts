import type { LowerJump } from './lower-jump.js';

export const nfqueue: LowerJump<'nfqueue'> = (jump) => ({ kind: 'outside', jump });
