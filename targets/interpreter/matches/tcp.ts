import { read16, read8 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type Evaluation, type MatchMeaning } from '../evaluation.js';
import { inRange, underMask } from '../values.js';

/** A later fragment never matches, and one that begins 8 bytes into the TCP header is dropped (IPv4). */
export const tcp: MatchMeaning<'tcp'> = ({ sourcePort, destinationPort, flags, option }) => (evaluation) => {
  if (evaluation.fragment !== 0) return evaluation.fragment === 1 ? condemn(evaluation) : false;
  if (!hasTransport(evaluation, 20)) return condemn(evaluation);
  const { packet: { bytes }, transport } = evaluation;
  if (sourcePort !== undefined && inRange(read16(bytes, transport), sourcePort.value) === sourcePort.negated) return false;
  if (destinationPort !== undefined && inRange(read16(bytes, transport + 2), destinationPort.value) === destinationPort.negated) return false;
  if (flags !== undefined && underMask(read8(bytes, transport + 13), flags.value) === flags.negated) return false;
  if (option === undefined) return true;
  const end = optionsEnd(evaluation);
  return end === undefined ? condemn(evaluation) : hasOption(bytes, transport + 20, end, option.value) !== option.negated;
};

/** End of the TCP options; undefined when the data offset is below 5 or beyond the packet. */
export function optionsEnd({ packet: { bytes }, transport }: Evaluation): number | undefined {
  const header = (read8(bytes, transport + 12) >>> 4) * 4;
  return header < 20 || (header > 20 && transport + header > bytes.length) ? undefined : transport + header;
}

/** Where the walk over options goes next: kinds 0 and 1 are one byte, and kind 0 does not end the list. */
export const nextOption = (bytes: Uint8Array, at: number): number => at + (read8(bytes, at) < 2 ? 1 : read8(bytes, at + 1) || 1);

function hasOption(bytes: Uint8Array, start: number, end: number, kind: number): boolean {
  for (let at = start; at < end; at = nextOption(bytes, at)) if (read8(bytes, at) === kind) return true;
  return false;
}
