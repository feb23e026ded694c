import type { LowerJump } from './lower-jump.js';

/** Of a set that the core has no table of keys of: `changed-sets.ts` says why, and what becomes of the others. */
export const set: LowerJump<'set'> = ({ add, remove }) => ({
  kind: 'refuse',
  extension: 'SET',
  reason: 'its set is not known',
  hint: 'give the output of `ipset save` with --sets FILE; nft can say it by hand: `add @set { ip saddr . tcp dport timeout 30s }`, `delete @set { ip saddr }`',
  ...(add === undefined && remove === undefined ? {} : { changes: 'sets' }),
});
