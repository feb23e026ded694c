import type { SetMatch } from '../../../src/ir/index.js';
import { opaque, type MatchMeaning } from '../evaluation.js';
import { lookup } from '../sets.js';

/** `!` inverts the look-up, which fails where the packet lacks what the set holds (no port, no incoming interface). */
export const set: MatchMeaning<'set'> = (match, { sets }) => {
  const named = sets.get(match.set.value);
  if (named === undefined) return opaque(`whose set ${match.set.value} was not given`);
  if (asksCounters(match)) return opaque('which asks for the counters of a set');
  const find = lookup(named, sets);
  const { dimensions, returnNomatch = false } = match;
  const { negated } = match.set;
  return ({ packet }) => find(packet, dimensions, returnNomatch) !== negated;
};

const asksCounters = ({ packets, bytes }: SetMatch): boolean => packets !== undefined || bytes !== undefined;
