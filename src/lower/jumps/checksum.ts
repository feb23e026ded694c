import type { LowerJump } from './lower-jump.js';

export const checksum: LowerJump<'checksum'> = (jump) => ({ kind: 'outside', jump });
