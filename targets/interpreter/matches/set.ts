import { opaque, type MatchMeaning } from '../evaluation.js';

/** `!` inverts the look-up, which fails where the packet lacks what the set holds (no port, no incoming interface). */
export const set: MatchMeaning<'set'> = ({ set: { value, negated }, dimensions: directions, ...question }, { sets }) => {
  const named = sets.find(value);
  if (named === undefined) return opaque(`whose set ${value} was not given`);
  return ({ packet }) => (named.test(packet, { directions, ...question }) !== 'none') !== negated;
};
