import type { LowerJump } from './lower-jump.js';

export const snpt: LowerJump<'snpt'> = () => ({
  kind: 'refuse',
  extension: 'SNPT',
  reason: 'translation of prefixes without state is not carried, and nft cannot compute its checksums',
  hint: 'nft maps prefixes with state: `snat ip6 prefix to PREFIX`',
});
