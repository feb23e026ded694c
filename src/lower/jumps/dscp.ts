import type { LowerJump } from './lower-jump.js';

/** The two ECN bits stay. */
export const dscp: LowerJump<'dscp'> = (jump) => ({ kind: 'assign', to: 'ip.tos', value: { kind: 'xor', mask: 0xfc, value: jump.dscp << 2 } });
