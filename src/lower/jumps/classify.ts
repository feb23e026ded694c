import type { LowerJump } from './lower-jump.js';

export const classify: LowerJump<'classify'> = () => ({
  kind: 'refuse',
  extension: 'CLASSIFY',
  reason: 'traffic classes are not carried yet',
  hint: 'nft can say it by hand: `meta priority set 1:2`',
});
