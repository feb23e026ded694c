import type { LowerJump } from './lower-jump.js';

export const hmark: LowerJump<'hmark'> = () => ({
  kind: 'refuse',
  extension: 'HMARK',
  reason: 'marks by hash are not carried',
  hint: 'nft has hashes of its own, which fall otherwise: `meta mark set jhash ip saddr . ip daddr mod 42 seed 0x4 offset 1`',
});
