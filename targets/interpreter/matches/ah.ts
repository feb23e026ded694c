import { findIpv6Header, read16, read32, read8 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

/** IPv4: 12 bytes at the transport header or the packet is dropped. IPv6 walks to the header, which must be there to the end it tells of; a broken walk drops too. */
export const ah: MatchMeaning<'ah'> = ({ spi, length, reserved }, { family }) => {
  const holds = (value: number): boolean => spi === undefined || inRange(value, spi.value) !== spi.negated;
  if (family === 4) {
    return (evaluation) => {
      if (evaluation.fragment !== 0) return false;
      return hasTransport(evaluation, 12) ? holds(read32(evaluation.packet.bytes, evaluation.transport + 4)) : condemn(evaluation);
    };
  }
  return (evaluation) => {
    const { bytes } = evaluation.packet;
    const found = findIpv6Header(bytes, 51);
    if (found.kind === 'absent') return false;
    if (found.kind === 'broken') return condemn(evaluation);
    const headerLength = (read8(bytes, found.offset + 1) + 2) * 4;
    if (found.offset + Math.max(12, headerLength) > bytes.length) return condemn(evaluation);
    if (!holds(read32(bytes, found.offset + 4))) return false;
    // A length of 0 asks for nothing.
    if (length !== undefined && length.value !== 0 && (headerLength === length.value) === length.negated) return false;
    return reserved === undefined || read16(bytes, found.offset + 2) === 0;
  };
};
