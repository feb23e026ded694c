import type { MatchMeaning } from '../evaluation.js';

/** Bytes of whole IP packets are taken off until one does not fit, which empties it. */
export const quota: MatchMeaning<'quota'> = ({ quota: { value, negated } }, { runtime }) => {
  let left = value;
  runtime.onReset(() => (left = value));
  return ({ packet }) => {
    const size = BigInt(packet.bytes.length);
    const fits = left >= size;
    left = fits ? left - size : 0n;
    return fits !== negated;
  };
};
