import type { LowerJump } from './lower-jump.js';

export const trace: LowerJump<'trace'> = () => ({
  kind: 'refuse',
  extension: 'TRACE',
  reason: 'traces are not carried yet',
  hint: 'nft can say it by hand: `meta nftrace set 1`',
});
