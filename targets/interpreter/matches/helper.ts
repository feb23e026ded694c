import type { MatchMeaning } from '../evaluation.js';

/** The helper of the connection that expected this one (Linux 6.18): its whole name is the beginning of what is asked for. */
export const helper: MatchMeaning<'helper'> = ({ helper: { value, negated } }) =>
  ({ packet }) => {
    const name = packet.connection?.helper;
    return (name !== undefined && (value === '' || value.startsWith(name))) !== negated;
  };
