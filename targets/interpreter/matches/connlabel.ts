import type { MatchMeaning } from '../evaluation.js';

/** Without a connection only `!` holds; `--set` sets the bit where there is one. */
export const connlabel: MatchMeaning<'connlabel'> = ({ label: { value, negated }, set }) => {
  const bit = 1n << BigInt(value);
  return ({ packet: { connection } }) => {
    if (connection === undefined) return negated;
    if (set === true) connection.labels = (connection.labels ?? 0n) | bit;
    return (((connection.labels ?? 0n) & bit) !== 0n) !== negated;
  };
};
