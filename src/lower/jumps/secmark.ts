import type { LowerJump } from './lower-jump.js';

export const secmark: LowerJump<'secmark'> = () => ({
  kind: 'refuse',
  extension: 'SECMARK',
  reason: 'security marks are not carried yet',
  hint: 'nft can say it by hand: `secmark name { "CONTEXT" }` and `meta secmark set "name"`',
});
