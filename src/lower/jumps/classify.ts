import type { LowerJump } from './lower-jump.js';

export const classify: LowerJump<'classify'> = (jump) => ({ kind: 'outside', jump });
