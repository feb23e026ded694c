import type { LowerJump } from './lower-jump.js';

export const mark: LowerJump<'mark'> = ({ xmark }) => ({ kind: 'assign', to: 'packet.mark', value: { kind: 'xor', mask: xmark.mask, value: xmark.value } });
