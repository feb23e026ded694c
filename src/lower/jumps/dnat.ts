import type { LowerJump } from './lower-jump.js';

export const dnat: LowerJump<'dnat'> = (jump) => ({ kind: 'nat', nat: jump });
