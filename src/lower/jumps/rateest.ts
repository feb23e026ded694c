import type { LowerJump } from './lower-jump.js';

export const rateest: LowerJump<'rateest'> = () => ({
  kind: 'refuse',
  extension: 'RATEEST',
  reason: 'rate estimators are not carried, and nft has none',
  hint: 'nft limits rates: `limit rate over 1000/second`',
});
