import { unreachable, type AddressType, type CtState, type Fingerprint, type Socket } from '../../../src/ir/index.js';
import type { Bucket } from './bucket.js';
import { clusterNode, socketOf } from '../../../src/stack/index.js';
import type { Connection, HostView, LivePacket, Tuple } from '../../../src/stack/index.js';
import type { Expression } from '../ast.js';
import { findTcpOption, gather, hasLinkLayer, loadExthdr, loadPayload, type PacketInfo } from './packet.js';

/** A run of a base chain over one packet. */
export interface Evaluation {
  readonly packet: LivePacket;
  readonly host: HostView;
  readonly info: PacketInfo;
  readonly state: ModelState;
}

/** What expressions remember between packets, keyed by the statement they stand in. */
export interface ModelState {
  readonly counters: Map<object, number>;
  readonly buckets: Map<object, Bucket>;
  /** Bytes that have come to a quota. */
  readonly quotas: Map<object, bigint>;
  /** What dynamic sets hold, by the set. */
  readonly elements: Map<object, Map<string, ModelElement>>;
  readonly fingerprints: readonly Fingerprint[];
  random(): number;
}

/** An element that a rule has added. Times in seconds, on the packets' clock. */
export interface ModelElement {
  expires: number;
  readonly bucket: Bucket;
  readonly connections: Set<string>;
}

/** What a register holds: a number, a name, or several of these. */
export type Value = bigint | string | readonly (bigint | string)[];

/** Undefined: the load breaks the rule. */
export function evaluate(expression: Expression, run: Evaluation): Value | undefined {
  const { packet, info } = run;
  switch (expression.kind) {
    case 'payload':
      if (expression.protocol !== undefined && info.l4proto !== expression.protocol) return undefined;
      return loadPayload(expression, packet, info);
    case 'meta':
      return meta(expression.key, run);
    case 'ct':
      return ct(expression, packet);
    case 'exthdr':
      return loadExthdr(expression, packet);
    case 'tcp-option': {
      const option = findTcpOption(expression.option, packet, info);
      if (option === undefined || option.length < (expression.field === 'size' ? 4 : 2)) return undefined;
      return expression.field === 'size' ? gather(packet.bytes, option.at + 2, 2) : gather(packet.bytes, option.at + 1, 1);
    }
    case 'fib':
      return addressType(expression, run);
    // No packet of the model has been under IPsec.
    case 'ipsec':
      return undefined;
    case 'socket':
      return socket(expression.key, socketOf(packet, run.host.sockets));
    case 'jhash':
      return packet.family === 6 ? undefined : packet.connection && BigInt(clusterNode(packet.family, packet.connection.original.source, expression.modulus, expression.seed));
    case 'numgen':
      return numgen(expression, run.state);
    case 'binary': {
      const left = evaluate(expression.left, run);
      return typeof left === 'bigint' ? binary(expression.operator, left, expression.right) : undefined;
    }
    case 'concat': {
      const parts = expression.parts.map((part) => evaluate(part, run));
      const scalars = parts.filter((part): part is bigint | string => typeof part === 'bigint' || typeof part === 'string');
      return scalars.length === parts.length ? scalars : undefined;
    }
    case 'map': {
      const key = evaluate(expression.key, run);
      return typeof key === 'bigint' ? expression.entries.find((entry) => entry.key.min <= key && key <= entry.key.max)?.value : undefined;
    }
    case 'value':
      return expression.value;
    case 'route-mss':
      return routeMss(run);
    default:
      return unreachable(expression);
  }
}

function binary(operator: Extract<Expression, { kind: 'binary' }>['operator'], left: bigint, right: bigint): bigint {
  switch (operator) {
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<<':
      return (left << right) & 0xffffffffn;
    case '>>':
      return left >> right;
    default:
      return unreachable(operator);
  }
}

const packetTypes = { unicast: 0n, broadcast: 1n, multicast: 2n } as const;

function meta(key: Extract<Expression, { kind: 'meta' }>['key'], { packet, info, host }: Evaluation): Value | undefined {
  switch (key) {
    case 'iifname':
      return packet.inInterface ?? '';
    case 'oifname':
      return packet.outInterface ?? '';
    case 'iiftype':
      return packet.inInterface === undefined ? undefined : hasLinkLayer(packet) ? 1n : 65534n;
    case 'mark':
      return BigInt(packet.mark);
    case 'l4proto':
      return info.l4proto === undefined ? undefined : BigInt(info.l4proto);
    case 'pkttype':
      return packetTypes[packet.packetType];
    case 'length':
      return BigInt(packet.bytes.length);
    case 'skuid':
      return packet.socket === 'process' && packet.uid !== undefined ? BigInt(packet.uid) : undefined;
    case 'skgid':
      return packet.socket === 'process' && packet.gid !== undefined ? BigInt(packet.gid) : undefined;
    case 'cgroup':
      return packet.socket === undefined ? undefined : 0n;
    // Nobody has set one: no host here labels packets.
    case 'priority':
    case 'nftrace':
    case 'secmark':
      return 0n;
    case 'cpu':
    case 'rtclassid':
      return 0n;
    case 'iifgroup':
      return packet.inInterface === undefined ? undefined : BigInt(host.groupOf(packet.inInterface));
    case 'oifgroup':
      return packet.outInterface === undefined ? undefined : BigInt(host.groupOf(packet.outInterface));
    case 'hour':
      return BigInt(Math.floor(packet.time) % 86_400);
    case 'day':
      return BigInt((Math.floor(packet.time / 86_400) + 4) % 7);
    case 'time':
      return BigInt(Math.round(packet.time * 1000)) * 1_000_000n;
    default:
      return unreachable(key);
  }
}

const stateBits: { readonly [S in CtState]: bigint } = { INVALID: 1n, ESTABLISHED: 2n, RELATED: 4n, NEW: 8n, UNTRACKED: 64n };

function socket(key: Extract<Expression, { kind: 'socket' }>['key'], found: Socket | undefined): Value | undefined {
  if (found === undefined) return undefined;
  return key === 'mark' ? BigInt(found.mark ?? 0) : BigInt(key === 'transparent' ? found.transparent === true : found.address === 0n);
}

function ct({ key, direction }: Extract<Expression, { kind: 'ct' }>, packet: LivePacket): Value | undefined {
  if (key === 'state') return stateBits[packet.state];
  const { connection } = packet;
  if (connection === undefined) return undefined;
  const tuple: Tuple = direction === 'reply' ? connection.reply : connection.original;
  switch (key) {
    case 'status':
      return BigInt(connection.status);
    case 'secmark':
      return 0n;
    case 'mark':
      return BigInt(connection.mark);
    case 'direction':
      return directionOf(connection);
    case 'protocol':
      return BigInt(connection.original.protocol);
    case 'expiration':
      return BigInt(Math.floor(connection.expiration * 1000));
    case 'saddr':
      return tuple.source;
    case 'daddr':
      return tuple.destination;
    case 'proto-src':
      return BigInt(tuple.sourcePort);
    case 'proto-dst':
      return BigInt(tuple.destinationPort);
    case 'packets':
    case 'bytes':
    case 'avgpkt':
      return carried(key, direction, connection);
    default:
      return unreachable(key);
  }
}

function carried(key: 'packets' | 'bytes' | 'avgpkt', direction: 'original' | 'reply' | undefined, { carried: counts }: Connection): bigint {
  const [one, other] = [direction === 'reply' ? undefined : counts?.original, direction === 'original' ? undefined : counts?.reply];
  const packets = (one?.packets ?? 0) + (other?.packets ?? 0);
  const bytes = (one?.bytes ?? 0) + (other?.bytes ?? 0);
  return BigInt(key === 'packets' ? packets : key === 'bytes' ? bytes : packets === 0 ? 0 : Math.floor(bytes / packets));
}

const directionOf = ({ direction }: Connection): bigint => (direction === 'ORIGINAL' ? 0n : 1n);

const routingTypes: readonly AddressType[] = ['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE'];

function addressType({ address, via }: Extract<Expression, { kind: 'fib' }>, { packet, host }: Evaluation): bigint {
  const width = packet.family === 4 ? 4 : 16;
  const at = (packet.family === 4 ? 12 : 8) + (address === 'saddr' ? 0 : width);
  const device = via === 'iif' ? packet.inInterface : via === 'oif' ? packet.outInterface : undefined;
  return BigInt(routingTypes.indexOf(host.addressType(packet.family, gather(packet.bytes, at, width) ?? 0n, device)));
}

function numgen(expression: Extract<Expression, { kind: 'numgen' }>, state: ModelState): bigint {
  if (expression.mode === 'random') return (BigInt(state.random()) * BigInt(expression.modulus)) >> 32n;
  const next = state.counters.get(expression) ?? 0;
  state.counters.set(expression, (next + 1) % expression.modulus);
  return BigInt(next);
}

/** The smaller MTU of the two ways, less the headers. */
function routeMss({ packet, host }: Evaluation): bigint {
  const width = packet.family === 4 ? 4 : 16;
  const at = packet.family === 4 ? 12 : 8;
  const ways = [at + width, at].map((offset) => host.pathMtu(packet.family, gather(packet.bytes, offset, width) ?? 0n));
  const mtu = Math.min(...ways.map((way) => way ?? Infinity));
  const headers = packet.family === 4 ? 40 : 60;
  return Number.isFinite(mtu) && mtu > headers ? BigInt(mtu - headers) : 536n;
}
