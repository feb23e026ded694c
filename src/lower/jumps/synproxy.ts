import type { LowerJump } from './lower-jump.js';

export const synproxy: LowerJump<'synproxy'> = (jump) => ({ kind: 'outside', jump });
