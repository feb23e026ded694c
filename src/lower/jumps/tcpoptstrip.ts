import type { LowerJump } from './lower-jump.js';

export const tcpoptstrip: LowerJump<'tcpoptstrip'> = () => ({
  kind: 'refuse',
  extension: 'TCPOPTSTRIP',
  reason: 'stripping TCP options is not carried yet',
  hint: 'nft can say it by hand: `reset tcp option sack-perm`, `reset tcp option 5`',
});
