import type { LowerJump } from './lower-jump.js';

export const led: LowerJump<'led'> = () => ({
  kind: 'refuse',
  extension: 'LED',
  reason: 'LED triggers are not carried, and nft has none',
  hint: 'leave the rule out: it changes no packet\'s fate',
});
