import type { MatchMeaning } from '../evaluation.js';

/** What the connection has carried so far, this packet too; the average is 0 where there was nothing. */
export const connbytes: MatchMeaning<'connbytes'> = ({ count: { value, negated }, mode, direction }) => ({ packet: { connection } }) => {
  if (connection?.carried === undefined) return false;
  const sides = direction === 'both' ? [connection.carried.original, connection.carried.reply] : [connection.carried[direction]];
  const packets = sides.reduce((sum, side) => sum + side.packets, 0);
  const bytes = sides.reduce((sum, side) => sum + side.bytes, 0);
  const seen = BigInt(mode === 'packets' ? packets : mode === 'bytes' ? bytes : packets === 0 ? 0 : Math.floor(bytes / packets));
  return (seen >= value.min && seen <= value.max) !== negated;
};
