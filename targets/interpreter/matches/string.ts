import { read8 } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

/** The kernel's toupper, which knows Latin-1; ß and ÿ become what stands 32 before them. */
const upper = (byte: number): number => ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0xdf && byte !== 0xf7) ? byte - 32 : byte);

/**
 * The first place from `from` on, counted from the IP header, where the pattern stands: it must end by `to`. Matches at all only
 * where the packet reaches `from`.
 */
export const string: MatchMeaning<'string'> = ({ pattern, from, to, icase }) => {
  const fold = icase === true ? upper : (byte: number): number => byte;
  const wanted = [...pattern.value].map((char) => fold(char.charCodeAt(0)));
  return ({ packet: { bytes } }) => {
    const end = Math.min(to, bytes.length) - wanted.length;
    let found = false;
    for (let start = from; start <= end && !found; start++) found = wanted.every((byte, at) => fold(read8(bytes, start + at)) === byte);
    return found !== pattern.negated;
  };
};
