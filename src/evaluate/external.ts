import type { ExternalKind, ExternalOf } from '../ir/index.js';
import { scans } from './scan.js';
import type { HostView, LivePacket } from '../stack/engine.js';
import { keyed, type Tables } from './keyed.js';
import { clusterNode, socketOf } from '../stack/index.js';
import { readField } from './reading.js';

/** One test with its state, new. */
export type Answer = (packet: LivePacket, host: HostView) => boolean;

/** How each is answered here. */
const answers: { readonly [K in ExternalKind]: (test: ExternalOf<K>, tables: Tables) => Answer } = {
  ...scans,
  ...keyed,
  quota: ({ bytes }) => {
    let left = bytes;
    return (packet) => {
      const size = BigInt(packet.bytes.length);
      const fits = left >= size;
      left = fits ? left - size : 0n;
      return fits;
    };
  },
  'whole-second': () => ({ time }) => Number.isInteger(time),
  helper: ({ name }) => ({ connection }) => connection?.helper !== undefined && (name === undefined || connection.helper === name),
  // This host has no IPsec.
  'ipsec': () => () => false,
  'ipsec-layer': () => () => false,
  'way-back': ({ loose }) => (packet, host) => {
    const { family, inInterface = '' } = packet;
    if (inInterface === 'lo') return true;
    const source = readField('ip.source', packet);
    const destination = readField('ip.destination', packet);
    if (family === 4 && source === 0n && (destination === 0xffff_ffffn || destination >> 8n === 0xe00000n)) return true;
    const way = host.wayBack(family, source, inInterface, false);
    return (way?.kind === 'unicast' || way?.kind === 'broadcast') && (loose || way.device === inInterface);
  },
  'open-socket': ({ what }) => (packet, { sockets }) => {
    const found = socketOf(packet, sockets);
    return found !== undefined && (what === 'any' || what === 'full' || (what === 'transparent' ? found.transparent === true : found.address === 0n));
  },
  // No bridge is crossed.
  'bridge-port': ({ unbridged }) => () => unbridged,
  label: ({ bit, set }) => ({ connection }) => {
    if (set && connection !== undefined) connection.labels = (connection.labels ?? 0n) | (1n << BigInt(bit));
    return set || ((connection?.labels ?? 0n) >> BigInt(bit)) % 2n === 1n;
  },
  cluster: ({ nodes, total, seed }) => ({ family, connection }) => connection !== undefined && ((nodes >>> clusterNode(family, connection.original.source, total, seed)) & 1) === 1,
  // The kernel has no fingerprints until somebody loads them.
  fingerprint: () => () => false,
  'first-fingerprint': () => () => false,
  setting: () => () => true,
  // Rules with one have no answer: `rule.ts`.
  account: () => () => true,
};

export const answerOf = <K extends ExternalKind>(test: ExternalOf<K> & { readonly kind: K }, tables: Tables): Answer =>
  (answers[test.kind] as (test: ExternalOf<K>, tables: Tables) => Answer)(test, tables);
