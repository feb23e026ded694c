import type { LowerJump } from './lower-jump.js';

/** Of a set whose keys the core does not know: `changed-sets.ts` says what becomes of the others. */
export const set: LowerJump<'set'> = ({ add, remove }) => ({
  kind: 'refuse',
  extension: 'SET',
  reason: 'only sets of type hash:ip that are given and stand in rules of one table are changed, without --map-set and forceadd',
  hint: 'give the output of `ipset save` with --sets FILE; nft can say it by hand: `add @set { ip saddr . tcp dport timeout 30s }`, `delete @set { ip saddr }`',
  ...(add === undefined && remove === undefined ? {} : { changes: 'sets' }),
});
