import type { LowerJump } from './lower-jump.js';

export const queue: LowerJump<'queue'> = () => ({
  kind: 'refuse',
  extension: 'QUEUE',
  reason: 'handing packets to a program is not carried yet',
  hint: 'nft can say it by hand where the kernel has nft queues: `queue num 0`',
});
