import type { LowerJump } from './lower-jump.js';

export const ulog: LowerJump<'ulog'> = () => ({
  kind: 'refuse',
  extension: 'ULOG',
  reason: 'ULOG is not carried, and kernels lost it in Linux 3.17',
  hint: 'nft can say it by hand: `log prefix "TEXT" group N`',
});
