import type { LowerJump } from './lower-jump.js';

export const set: LowerJump<'set'> = ({ add, remove }) => ({
  kind: 'refuse',
  extension: 'SET',
  reason: 'changes of sets are not carried yet',
  hint: 'nft can say it by hand: `add @set { ip saddr timeout 30s }`, `delete @set { ip saddr }`',
  ...(add === undefined && remove === undefined ? {} : { changes: 'sets' }),
});
