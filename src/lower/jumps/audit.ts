import type { LowerJump } from './lower-jump.js';

export const audit: LowerJump<'audit'> = (jump) => ({ kind: 'outside', jump });
