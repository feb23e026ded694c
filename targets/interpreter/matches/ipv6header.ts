import { ipv6Headers, type Ipv6Header } from '../../../src/ir/index.js';
import { read8 } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

const kinds: ReadonlyMap<number, Ipv6Header> = new Map([
  [0, 'hop-by-hop'], [43, 'ipv6-route'], [44, 'ipv6-frag'], [50, 'esp'], [51, 'ah'], [59, 'ipv6-nonxt'], [60, 'ipv6-opts'],
]);

/** The kernel's walk of its own: it goes on behind a later fragment's header, and ends at ESP. Undefined where it gives up. */
function headersOf(bytes: Uint8Array): ReadonlySet<Ipv6Header> | undefined {
  const found = new Set<Ipv6Header>();
  let protocol = read8(bytes, 6);
  let at = 40;
  for (;;) {
    const kind = kinds.get(protocol);
    if (kind === undefined) break;
    if (kind === 'ipv6-nonxt') return found.add(kind);
    if (bytes.length - at < 2) return undefined;
    if (kind === 'esp') return found.add(kind);
    found.add(kind);
    const length = kind === 'ipv6-frag' ? 8 : kind === 'ah' ? (read8(bytes, at + 1) + 2) * 4 : (read8(bytes, at + 1) + 1) * 8;
    protocol = read8(bytes, at);
    at += length;
    if (at > bytes.length) {
      if (protocol === 59 || protocol === 50) return found;
      break;
    }
  }
  return found.add('protocol');
}

export const ipv6header: MatchMeaning<'ipv6header'> = ({ headers, soft }) => {
  const wanted = new Set(headers.value);
  return (evaluation) => {
    const found = headersOf(evaluation.packet.bytes);
    if (found === undefined) return false;
    if (soft === true) return headers.value.every((header) => found.has(header) !== headers.negated);
    return ipv6Headers.every((header) => found.has(header) === wanted.has(header)) !== headers.negated;
  };
};
