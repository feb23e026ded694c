import type { LowerJump } from './lower-jump.js';

export const nflog: LowerJump<'nflog'> = (jump) => ({ kind: 'nflog', nflog: jump });
