import { findIpv6Header, read32, read8, readAddress } from '../../../src/stack/index.js';
import { condemn, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

const fixed = 8;
const addressSize = 16;

/**
 * A walk that breaks, or a header that is not whole, condemns the packet. The addresses of type 0 are all of the header's, in order;
 * under --rt-0-not-strict they are found in that order among them.
 */
export const rt: MatchMeaning<'rt'> = ({ type, segmentsLeft, length, reserved, addresses, notStrict }) => (evaluation) => {
  const { bytes } = evaluation.packet;
  const found = findIpv6Header(bytes, 43);
  if (found.kind === 'absent') return false;
  if (found.kind === 'broken' || found.offset + 4 > bytes.length) return condemn(evaluation);
  const { offset } = found;
  const headerLength = (read8(bytes, offset + 1) + 1) * 8;
  if (bytes.length - offset < headerLength) return condemn(evaluation);
  if (segmentsLeft !== undefined && inRange(read8(bytes, offset + 3), segmentsLeft.value) === segmentsLeft.negated) return false;
  if (length !== undefined && (headerLength === length.value) === length.negated) return false;
  if (type !== undefined && (read8(bytes, offset + 2) === type.value) === type.negated) return false;
  if (reserved === true && read32(bytes, offset + 4) !== 0) return false;
  if (addresses === undefined) return true;
  const count = Math.floor((headerLength - fixed) / addressSize);
  const listed = Array.from({ length: count }, (_, index) => readAddress(bytes, offset + fixed + index * addressSize, 6));
  if (notStrict !== true) return listed.length === addresses.length && addresses.every((address, index) => listed[index] === address);
  let next = 0;
  for (const address of listed) if (next < addresses.length && address === addresses[next]) next += 1;
  return next === addresses.length;
};
