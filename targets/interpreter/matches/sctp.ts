import type { SctpChunk } from '../../../src/ir/index.js';
import { read16, read8 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type Evaluation, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

export const sctp: MatchMeaning<'sctp'> = ({ sourcePort, destinationPort, chunks }) => (evaluation) => {
  if (evaluation.fragment !== 0) return false;
  if (!hasTransport(evaluation, 12)) return condemn(evaluation);
  const { packet: { bytes }, transport } = evaluation;
  if (sourcePort !== undefined && inRange(read16(bytes, transport), sourcePort.value) === sourcePort.negated) return false;
  if (destinationPort !== undefined && inRange(read16(bytes, transport + 2), destinationPort.value) === destinationPort.negated) return false;
  return chunks === undefined || walk(evaluation, chunks.value.scope, chunks.value.chunks) !== chunks.negated;
};

/** Chunk by chunk to a decision. One that is cut off or of length 0 condemns the packet, though an inverted test goes on as if it held. */
function walk(evaluation: Evaluation, scope: 'all' | 'any' | 'only', wanted: readonly SctpChunk[]): boolean {
  const { packet: { bytes }, transport } = evaluation;
  const missing = new Set(wanted.map(({ type }) => type));
  let at = transport + 12;
  do {
    const length = read16(bytes, at + 2);
    if (at + 4 > bytes.length || length === 0) return condemn(evaluation);
    const type = read8(bytes, at);
    const flags = read8(bytes, at + 1);
    const one = wanted.find((chunk) => chunk.type === type);
    at += (length + 3) & ~3;
    const fits = one !== undefined && (flags & one.flagMask) === one.flagValue;
    if (scope === 'any' && fits) return true;
    if (scope === 'only' && !fits) return false;
    if (scope === 'all' && fits) missing.delete(type);
  } while (at < bytes.length);
  return scope === 'all' ? missing.size === 0 : scope === 'only';
}
