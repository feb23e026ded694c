import { fits, ttlComparisons } from '../../../src/ir/index.js';
import { synOf } from '../../../src/stack/index.js';
import { opaque, type MatchMeaning } from '../evaluation.js';

/** The kernel stores the `!` and never looks at it. With `--log` it takes fingerprints of every system, and says which in the log. */
export const osf: MatchMeaning<'osf'> = ({ genre, ttl = 0, log }, { fingerprints }) => {
  if (fingerprints === undefined) return opaque('which asks a table of fingerprints, and none is given');
  const comparison = ttlComparisons[ttl] ?? 'equal';
  const wanted = log === undefined ? fingerprints.filter(({ system }) => system === genre.value) : fingerprints;
  return ({ packet, transport }) => {
    const syn = synOf(packet.bytes, transport);
    return syn !== undefined && wanted.some((one) => fits(one, syn, comparison));
  };
};
