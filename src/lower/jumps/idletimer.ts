import type { LowerJump } from './lower-jump.js';

export const idletimer: LowerJump<'idletimer'> = (jump) => ({ kind: 'outside', jump });
