import type { LowerJump } from './lower-jump.js';

export const audit: LowerJump<'audit'> = () => ({
  kind: 'refuse',
  extension: 'AUDIT',
  reason: 'audit records are not carried yet',
  hint: 'nft can say it by hand: `log level audit`',
});
