import type { LowerJump } from './lower-jump.js';

export const masquerade: LowerJump<'masquerade'> = (jump) => ({ kind: 'nat', nat: jump });
