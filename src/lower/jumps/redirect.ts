import type { LowerJump } from './lower-jump.js';

export const redirect: LowerJump<'redirect'> = (jump) => ({ kind: 'nat', nat: jump });
