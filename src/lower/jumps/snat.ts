import type { LowerJump } from './lower-jump.js';

export const snat: LowerJump<'snat'> = (jump) => ({ kind: 'nat', nat: jump });
