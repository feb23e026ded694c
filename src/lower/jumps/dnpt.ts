import type { LowerJump } from './lower-jump.js';

export const dnpt: LowerJump<'dnpt'> = () => ({
  kind: 'refuse',
  extension: 'DNPT',
  reason: 'translation of prefixes without state is not carried, and nft cannot compute its checksums',
  hint: 'nft maps prefixes with state: `dnat ip6 prefix to PREFIX`',
});
