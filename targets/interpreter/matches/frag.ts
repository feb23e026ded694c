import { findIpv6Header, read16, read32, read8 } from '../../../src/stack/index.js';
import { condemn, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

/** The length option is stored and never looked at. A broken walk, or a header of less than 8 bytes, condemns the packet. */
export const frag: MatchMeaning<'frag'> = ({ id, reserved, first, more, last }) => (evaluation) => {
  const { bytes } = evaluation.packet;
  const found = findIpv6Header(bytes, 44);
  if (found.kind === 'absent') return false;
  if (found.kind === 'broken' || found.offset + 8 > bytes.length) return condemn(evaluation);
  const { offset } = found;
  const field = read16(bytes, offset + 2);
  if (id !== undefined && inRange(read32(bytes, offset + 4), id.value) === id.negated) return false;
  if (reserved === true && (read8(bytes, offset + 1) !== 0 || (field & 6) !== 0)) return false;
  if (first === true && (field & 0xfff8) !== 0) return false;
  if (more === true && (field & 1) === 0) return false;
  return last !== true || (field & 1) === 0;
};
