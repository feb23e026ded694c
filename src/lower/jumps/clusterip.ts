import type { LowerJump } from './lower-jump.js';

export const clusterip: LowerJump<'clusterip'> = (jump) => ({ kind: 'outside', jump });
