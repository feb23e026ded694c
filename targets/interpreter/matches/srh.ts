import type { AddressMask, SrhComparison, Test as Tested } from '../../../src/ir/index.js';
import { findIpv6Header, read8, readAddress } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

const segmentRouting = 4;

function compares(field: number, comparison: SrhComparison | undefined): boolean {
  if (comparison === undefined) return true;
  const { value, eq, gt, lt } = comparison;
  if (eq !== undefined && (field === value) === eq.negated) return false;
  if (gt !== undefined && field > value === gt.negated) return false;
  return lt === undefined || field < value !== lt.negated;
}

/**
 * A header that is no whole segment routing header never matches, inverted or not. The tag is compared as the machine reads it,
 * which on little-endian ones (measured) is with its bytes swapped: `--srh-tag 7` asks for 0x0700 on the wire.
 */
export const srh: MatchMeaning<'srh'> = (match) => ({ packet: { bytes } }) => {
  const found = findIpv6Header(bytes, 43);
  if (found.kind !== 'found') return false;
  const { offset } = found;
  const length = read8(bytes, offset + 1);
  if (offset + 8 > bytes.length || bytes.length - offset < (length + 1) * 8 || read8(bytes, offset + 2) !== segmentRouting) return false;
  const left = read8(bytes, offset + 3);
  const last = read8(bytes, offset + 4);
  if (left > last) return false;
  const is = (field: number, test: Tested<number> | undefined): boolean => test === undefined || (field === test.value) !== test.negated;
  const segment = (index: number, test: Tested<AddressMask> | undefined): boolean => {
    if (test === undefined) return true;
    const at = offset + 8 + index * 16;
    if (index < 0 || at + 16 > bytes.length) return false;
    return ((readAddress(bytes, at, 6) ^ test.value.address) & test.value.mask) === 0n !== test.negated;
  };
  return (
    is(read8(bytes, offset), match.nextHeader) &&
    compares(length, match.headerLength) &&
    compares(left, match.segmentsLeft) &&
    compares(last, match.lastEntry) &&
    is(read8(bytes, offset + 6) | (read8(bytes, offset + 7) << 8), match.tag) &&
    (match.previousSid === undefined || (left !== last && segment(left + 1, match.previousSid))) &&
    segment(left - 1, match.nextSid) &&
    segment(0, match.lastSid)
  );
};
