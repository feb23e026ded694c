import { read16, replaced16, tosOf, write16, writeTos } from '../../../src/stack/index.js';
import { hasTransport, type JumpMeaning } from '../evaluation.js';

const ece = 0x40;
const cwr = 0x80;

/** The two bits of the IP header first. A packet without 20 bytes behind the IP header is dropped; a later fragment is taken for a TCP header. */
export const ecn: JumpMeaning<'ecn'> = ({ tcpEce, tcpCwr, ipEct }) => (evaluation) => {
  const { packet, transport } = evaluation;
  if (ipEct !== undefined) writeTos(packet, (tosOf(packet) & ~3) | ipEct);
  if (tcpEce === undefined && tcpCwr === undefined) return undefined;
  if (!hasTransport(evaluation, 20)) return { kind: 'drop' };
  const { bytes } = packet;
  const at = transport + 12;
  const old = read16(bytes, at);
  const set = (value: number, bit: number, to: 0 | 1 | undefined): number => (to === undefined ? value : to === 1 ? value | bit : value & ~bit);
  const changed = set(set(old, ece, tcpEce), cwr, tcpCwr);
  if (changed === old) return undefined;
  write16(bytes, at, changed);
  write16(bytes, transport + 16, replaced16(read16(bytes, transport + 16), old, changed));
  return undefined;
};
