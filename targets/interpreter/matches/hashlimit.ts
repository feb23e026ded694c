import { prefixMask, type HashlimitMatch } from '../../../src/ir/index.js';
import { destinationOf, protocols, read16, read8, skipExtensions, sourceOf } from '../../../src/stack/index.js';
import { condemn, type Evaluation, type MatchMeaning } from '../evaluation.js';
import { bucketOf, take, ticksPerSecond } from '../limit-table.js';
import { portsBegin } from '../ports.js';

/**
 * As xt_hashlimit does it (Linux 6.18), on the packets' own clock. A key is forgotten in the moment in which it expires (the kernel looks
 * once in `--hashlimit-htable-gcinterval`).
 */
export const hashlimit: MatchMeaning<'hashlimit'> = (match, { runtime }) => {
  const { comparison, rate } = match;
  const table = runtime.limitTable(match);
  const key = keyOf(table.match);
  return (evaluation) => {
    const { packet } = evaluation;
    const text = key(evaluation);
    const bucket = text === undefined ? undefined : bucketOf(table, text, Math.floor(packet.time * ticksPerSecond));
    if (bucket === undefined) return condemn(evaluation);
    return take(bucket, table, rate.unit, packet.bytes.length) === (comparison === 'upto');
  };
};

/** The key of a packet; undefined where its header is too short for ports, or cannot be reached. */
function keyOf({ mode, sourcePrefix, destinationPrefix }: HashlimitMatch): (evaluation: Evaluation) => string | undefined {
  const [byPorts, bySource, byDestination] = [mode.includes('srcport') || mode.includes('dstport'), mode.includes('srcip'), mode.includes('dstip')];
  return (evaluation) => {
    const { bytes, family } = evaluation.packet;
    const addresses = `${bySource ? sourceOf(bytes, family) & prefixMask(family, sourcePrefix) : ''} ${byDestination ? destinationOf(bytes, family) & prefixMask(family, destinationPrefix) : ''}`;
    if (!byPorts) return addresses;
    const ports = portsOf(evaluation);
    return ports && `${addresses} ${mode.includes('srcport') ? ports.source : ''} ${mode.includes('dstport') ? ports.destination : ''}`;
  };
}

/** Of any protocol that has ports or an SPI in their place, else 0. In IPv4 a later fragment's data are read as a header. */
function portsOf({ packet: { bytes, family }, transport }: Evaluation): { readonly source: number; readonly destination: number } | undefined {
  const found = family === 4 ? { protocol: read8(bytes, 9), offset: transport } : skipExtensions(bytes);
  if (found === undefined) return undefined;
  const begin = found.protocol === protocols.fragment ? undefined : portsBegin[found.protocol];
  if (begin === undefined) return { source: 0, destination: 0 };
  const at = found.offset + begin;
  return at + 4 > bytes.length ? undefined : { source: read16(bytes, at), destination: read16(bytes, at + 2) };
}
