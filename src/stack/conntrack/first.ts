import type { Family, Hook } from '../../ir/index.js';
import { read16, read32, read8 } from '../bytes.js';
import { sctpChecksum, sumsUp, transportSumsUp } from '../checksum.js';
import type { Tuple } from '../engine.js';
import { protocols, trackedTransport } from '../headers.js';
import { inverted, opens, tupleOf } from './tuple.js';

/** What conntrack makes of a packet that belongs to no connection. */
export type First =
  | { readonly kind: 'new'; readonly tuple: Tuple; readonly reply: Tuple }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'untracked' };

const invalid: First = { kind: 'invalid' };

/** Checks of one protocol: whether the packet may open a connection. Checksums count only in PREROUTING. */
type MayOpen = (bytes: Uint8Array, family: Family, offset: number, checksums: boolean) => boolean;

/**
 * The state of a first packet, with the kernel's defaults (`nf_conntrack_tcp_loose=1`, `nf_conntrack_checksum=1`). Measured over TCP
 * flags, short and broken headers, checksums, ICMP types, SCTP chunks.
 */
export function firstPacket(bytes: Uint8Array, family: Family, hook: Hook): First {
  const transport = trackedTransport(bytes, family);
  if (transport === undefined) return invalid;
  const { protocol, offset } = transport;
  const checksums = hook === 'PREROUTING';
  // The other family's ICMP opens nothing.
  if (protocol === (family === 4 ? protocols.icmp6 : protocols.icmp)) return invalid;
  if (protocol === (family === 4 ? protocols.icmp : protocols.icmp6)) {
    if (offset + 8 > bytes.length) return invalid;
    if (checksums && !sumsUp(bytes, family, protocol, offset)) return invalid;
    if (family === 6 && unsolicited.has(read8(bytes, offset))) return { kind: 'untracked' };
  }
  const tuple = tupleOf(bytes, family, protocol, offset);
  const reply = tuple && inverted(tuple);
  if (tuple === undefined || reply === undefined || !opens(tuple)) return invalid;
  const check = checks[protocol];
  return check === undefined || check(bytes, family, offset, checksums) ? { kind: 'new', tuple, reply } : invalid;
}

/** Multicast listener, neighbour and router discovery: never tracked. */
const unsolicited: ReadonlySet<number> = new Set([130, 131, 132, 133, 134, 135, 136, 143, 151, 152]);

/** A transport checksum as conntrack looks at it: `absent` where the header is too odd to come to that, or tells of none. */
type Sum = 'right' | 'wrong' | 'absent';

const tcpSum = (bytes: Uint8Array, family: Family, offset: number): Sum => {
  const header = (read8(bytes, offset + 12) >>> 4) * 4;
  if (offset + 20 > bytes.length || header < 20 || offset + header > bytes.length) return 'absent';
  return transportSumsUp(bytes, family, protocols.tcp, offset) ? 'right' : 'wrong';
};

const udpSum = (bytes: Uint8Array, family: Family, offset: number): Sum =>
  udpLengthFits(bytes, offset) && read16(bytes, offset + 6) !== 0 ? (transportSumsUp(bytes, family, protocols.udp, offset) ? 'right' : 'wrong') : 'absent';

const udpLengthFits = (bytes: Uint8Array, offset: number): boolean => {
  const length = read16(bytes, offset + 4);
  return offset + 8 <= bytes.length && length >= 8 && length <= bytes.length - offset;
};

/** Bytes that the checksum of UDP-Lite covers; undefined where that cannot be. */
function covered(bytes: Uint8Array, offset: number): number | undefined {
  const whole = bytes.length - offset;
  const length = read16(bytes, offset + 4) === 0 ? whole : read16(bytes, offset + 4);
  return whole < 8 || length < 8 || length > whole || read16(bytes, offset + 6) === 0 ? undefined : length;
}

const udpliteSum = (bytes: Uint8Array, family: Family, offset: number): Sum => {
  const length = covered(bytes, offset);
  if (length === undefined) return 'absent';
  // The sum covers the first bytes only, the pseudo header counts all, and the kernel's conntrack has it say UDP: a right checksum of
  // UDP-Lite is wrong to it (measured).
  const covering = new Uint8Array(bytes.length);
  covering.set(bytes.subarray(0, offset + length));
  return transportSumsUp(covering, family, protocols.udp, offset) ? 'right' : 'wrong';
};

const icmpSum = (protocol: number) => (bytes: Uint8Array, family: Family, offset: number): Sum =>
  protocol !== (family === 4 ? protocols.icmp : protocols.icmp6) || offset + 8 > bytes.length ? 'absent' : sumsUp(bytes, family, protocol, offset) ? 'right' : 'wrong';

const sums: Readonly<Record<number, (bytes: Uint8Array, family: Family, offset: number) => Sum>> = {
  [protocols.tcp]: tcpSum,
  [protocols.udp]: udpSum,
  [protocols.udplite]: udpliteSum,
  [protocols.icmp]: icmpSum(protocols.icmp),
  [protocols.icmp6]: icmpSum(protocols.icmp6),
};

/** Conntrack has summed this packet in PREROUTING and found it right, which REJECT then takes as settled. */
export function foundRight(bytes: Uint8Array, family: Family): boolean {
  const transport = trackedTransport(bytes, family);
  return transport !== undefined && sums[transport.protocol]?.(bytes, family, transport.offset) === 'right';
}

const tcp: MayOpen = (bytes, family, offset, checksums) => {
  const header = (read8(bytes, offset + 12) >>> 4) * 4;
  if (offset + 20 > bytes.length || header < 20 || offset + header > bytes.length) return false;
  if (checksums && tcpSum(bytes, family, offset) !== 'right') return false;
  // SYN and SYN+URG open; ACK and ACK+URG are picked up in mid-stream; PSH, ECE and CWR are not looked at.
  const flags = read8(bytes, offset + 13) & 0x37;
  return flags === 0x02 || flags === 0x22 || flags === 0x10 || flags === 0x30;
};

const udp: MayOpen = (bytes, family, offset, checksums) => udpLengthFits(bytes, offset) && !(checksums && udpSum(bytes, family, offset) === 'wrong');

const udplite: MayOpen = (bytes, family, offset, checksums) => covered(bytes, offset) !== undefined && !(checksums && udpliteSum(bytes, family, offset) === 'wrong');

const chunk = { init: 1, initAck: 2, abort: 6, shutdown: 7, shutdownAck: 8, error: 9, cookieEcho: 10, cookieAck: 11, shutdownComplete: 14, heartbeat: 4, heartbeatAck: 5 } as const;
const known: ReadonlySet<number> = new Set(Object.values(chunk));

const sctp: MayOpen = (bytes, _family, offset, checksums) => {
  if (offset + 12 > bytes.length) return false;
  if (checksums && sctpChecksum(bytes, offset).some((byte, at) => byte !== read8(bytes, offset + 8 + at))) return false;
  const tag = read32(bytes, offset + 4);
  const types: number[] = [];
  let alone = false;
  for (let at = offset + 12; at + 4 <= bytes.length;) {
    const type = read8(bytes, at);
    const length = read16(bytes, at + 2);
    if (type === chunk.init || type === chunk.initAck || type === chunk.shutdownComplete) alone = true;
    if (((type === chunk.cookieAck || type === chunk.cookieEcho || alone) && types.length > 0) || length === 0) return false;
    if (type === chunk.abort || type === chunk.shutdownComplete || type === chunk.cookieAck || !known.has(type)) return false;
    if (type === chunk.init && (tag !== 0 || at + 20 > bytes.length)) return false;
    types.push(type);
    at += (length + 3) & ~3;
  }
  if (types.length === 0) return false;
  // Without one of these the verification tag must be that of the direction, which is still 0.
  const exempt = [chunk.init, chunk.cookieEcho, chunk.shutdownAck, chunk.heartbeat, chunk.heartbeatAck].some((type) => types.includes(type));
  if (!exempt && tag !== 0) return false;
  return !types.includes(chunk.cookieEcho) || tag === 0;
};

const checks: Readonly<Record<number, MayOpen>> = {
  [protocols.tcp]: tcp,
  [protocols.udp]: udp,
  [protocols.udplite]: udplite,
  [protocols.sctp]: sctp,
};

/** Flags that some packet of a connection may have, ECE, CWR and PSH aside (`tcp_valid_flags`). */
const validFlags: ReadonlySet<number> = new Set([0x02, 0x22, 0x12, 0x04, 0x14, 0x11, 0x31, 0x10, 0x30]);

/** Whether conntrack takes a packet with the ports of a known connection as one of it. */
export function soundInFlow(bytes: Uint8Array, family: Family, { protocol, offset }: Transport, hook: Hook): boolean {
  const sum = sums[protocol]?.(bytes, family, offset);
  if (hook === 'PREROUTING' && sum === 'wrong') return false;
  if (protocol === protocols.tcp) return sum !== 'absent' && validFlags.has(read8(bytes, offset + 13) & 0x37);
  return protocol !== protocols.udp || udpLengthFits(bytes, offset);
}

type Transport = NonNullable<ReturnType<typeof trackedTransport>>;

const errors4: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);

/** The tuple of the packet that an ICMP error quotes; undefined where this is none, or quotes too little. */
export function quotedPacket(bytes: Uint8Array, family: Family, { protocol, offset }: Transport): Tuple | undefined {
  if (protocol !== (family === 4 ? protocols.icmp : protocols.icmp6)) return undefined;
  const type = read8(bytes, offset);
  if (family === 4 ? !errors4.has(type) : type >= 128) return undefined;
  const inner = bytes.subarray(offset + 8);
  if (inner.length < (family === 4 ? 20 : 40)) return undefined;
  const transport = trackedTransport(inner, family);
  return transport && tupleOf(inner, family, transport.protocol, transport.offset);
}
