import type { LowerJump } from './lower-jump.js';

export const netmap: LowerJump<'netmap'> = (jump) => ({ kind: 'nat', nat: jump });
