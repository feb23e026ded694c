import type { LowerJump } from './lower-jump.js';

export const ecn: LowerJump<'ecn'> = () => ({
  kind: 'refuse',
  extension: 'ECN',
  reason: 'changes of ECN bits are not carried yet',
  hint: 'nft can say it by hand: `ip ecn set not-ect`, `@th,104,8 set @th,104,8 & 0x3f` for both TCP bits',
});
