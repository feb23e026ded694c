import type { LowerJump } from './lower-jump.js';

export const idletimer: LowerJump<'idletimer'> = () => ({
  kind: 'refuse',
  extension: 'IDLETIMER',
  reason: 'idle timers are not carried, and nft has none',
  hint: 'leave the rule out, or watch a named counter from a program',
});
