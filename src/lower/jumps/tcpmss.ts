import type { LowerJump } from './lower-jump.js';

export const tcpmss: LowerJump<'tcpmss'> = (jump) => ({ kind: 'tcpmss', mss: jump.mss });
