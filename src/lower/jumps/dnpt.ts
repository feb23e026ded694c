import type { LowerJump } from './lower-jump.js';

export const dnpt: LowerJump<'dnpt'> = (jump) => ({ kind: 'outside', jump });
