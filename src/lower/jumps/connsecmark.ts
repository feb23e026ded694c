import type { LowerJump } from './lower-jump.js';

export const connsecmark: LowerJump<'connsecmark'> = () => ({
  kind: 'refuse',
  extension: 'CONNSECMARK',
  reason: 'security marks are not carried yet',
  hint: 'nft can say it by hand: `ct secmark set meta secmark`, `meta secmark set ct secmark`',
});
