import type { LowerJump } from './lower-jump.js';

export const tos: LowerJump<'tos'> = ({ tos: { mask, value } }) => ({ kind: 'assign', to: 'ip.tos', value: { kind: 'xor', mask, value } });
