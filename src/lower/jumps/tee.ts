import type { LowerJump } from './lower-jump.js';

export const tee: LowerJump<'tee'> = () => ({
  kind: 'refuse',
  extension: 'TEE',
  reason: 'copies to another host are not carried yet',
  hint: 'nft can say it by hand: `dup to ADDRESS`, `dup to ADDRESS device "eth0"`',
});
