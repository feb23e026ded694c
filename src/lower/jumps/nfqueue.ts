import type { LowerJump } from './lower-jump.js';

export const nfqueue: LowerJump<'nfqueue'> = () => ({
  kind: 'refuse',
  extension: 'NFQUEUE',
  reason: 'handing packets to a program is not carried yet',
  hint: 'nft can say it by hand where the kernel has nft queues: `queue num N`, `queue num N bypass`',
});
