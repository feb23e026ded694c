import type { LowerJump } from './lower-jump.js';

export const synproxy: LowerJump<'synproxy'> = () => ({
  kind: 'refuse',
  extension: 'SYNPROXY',
  reason: 'answering SYNs for the server is not carried yet',
  hint: 'nft can say it by hand: `synproxy mss N wscale N timestamp sack-perm`',
});
