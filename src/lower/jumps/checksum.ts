import type { LowerJump } from './lower-jump.js';

export const checksum: LowerJump<'checksum'> = () => ({
  kind: 'refuse',
  extension: 'CHECKSUM',
  reason: 'filling in checksums in rules is not carried, and nft cannot say it',
  hint: 'old DHCP clients wanted it; leave the rule out, or set `tx off` on the device with ethtool',
});
