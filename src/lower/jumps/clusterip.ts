import type { LowerJump } from './lower-jump.js';

export const clusterip: LowerJump<'clusterip'> = () => ({
  kind: 'refuse',
  extension: 'CLUSTERIP',
  reason: 'a cluster\'s shared address is not carried, and no current kernel has it',
  hint: 'share the address with `-m cluster` or a load balancer',
});
