import { type CountField, counts, extensionHeaders, extensionPlaces, fieldBits, isCountField, isExtensionField, type ExtensionHeader, type Family, type Field, type Presence, type SctpChunk } from '../ir/index.js';
import type { Connection, HostView, LivePacket } from '../stack/engine.js';

/** Where things lie in a packet, as xtables finds them: `src/ir/core.ts` put into code as plainly as can be. */
export interface Layout {
  /** Undefined when the IPv6 walk failed. */
  readonly protocol?: number;
  /** Offset of the transport header; 0 in later IPv6 fragments. */
  readonly transport: number;
  /** In units of 8 bytes. */
  readonly fragmentOffset: number;
}

const walkedPast = [0, 43, 44, 51, 60];

export function layout(family: Family, bytes: Uint8Array): Layout {
  if (family === 4) return { protocol: byte(bytes, 9), transport: (byte(bytes, 0) & 15) * 4, fragmentOffset: word(bytes, 6) & 0x1fff };
  let next = byte(bytes, 6);
  let at = 40;
  while (walkedPast.includes(next)) {
    if (at + 2 > bytes.length) return { transport: 0, fragmentOffset: 0 };
    const after = byte(bytes, at);
    if (next === 44) {
      if (at + 4 > bytes.length) return { transport: 0, fragmentOffset: 0 };
      const offset = word(bytes, at + 2) >> 3;
      if (offset !== 0) return walkedPast.includes(after) ? { transport: 0, fragmentOffset: 0 } : { protocol: after, transport: 0, fragmentOffset: offset };
      at += 8;
    } else {
      at += headerLength(next, byte(bytes, at + 1));
    }
    next = after;
  }
  return { protocol: next, transport: at, fragmentOffset: 0 };
}

const headerLength = (kind: number, units: number): number => (kind === 51 ? (units + 2) * 4 : (units + 1) * 8);

/** `broken`: cut off on the way; `none`; or the offset of the authentication header. */
export function findAuthentication(bytes: Uint8Array): 'broken' | 'none' | number {
  let next = byte(bytes, 6);
  let at = 40;
  while (walkedPast.includes(next)) {
    if (at + 2 > bytes.length) return 'broken';
    if (next === 51) return at + Math.max(12, headerLength(51, byte(bytes, at + 1))) > bytes.length ? 'broken' : at;
    const after = byte(bytes, at);
    if (next === 44) {
      if (at + 4 > bytes.length) return 'broken';
      if (word(bytes, at + 2) >> 3 !== 0) return 'none';
      at += 8;
    } else {
      at += headerLength(next, byte(bytes, at + 1));
    }
    next = after;
  }
  return 'none';
}

/** Where the walk for an extension header of IPv6 ends: `broken` where it is cut off on the way, `none`, or the offset of the header. */
export function findExtension(bytes: Uint8Array, wanted: ExtensionHeader): 'broken' | 'none' | number {
  let next = byte(bytes, 6);
  let at = 40;
  while (walkedPast.includes(next)) {
    if (at + (next === 43 || next === 44 ? 4 : 2) > bytes.length) return 'broken';
    if (next === extensionHeaders[wanted]) return at;
    const after = byte(bytes, at);
    if (next === 44 && word(bytes, at + 2) >> 3 !== 0) return 'none';
    at += next === 44 ? 8 : headerLength(next, byte(bytes, at + 1));
    next = after;
  }
  return 'none';
}

function extensionHolds(bytes: Uint8Array, { header, bytes: wanted = 0 }: Extract<Presence, { readonly kind: 'extension' }>): boolean {
  const at = findExtension(bytes, header);
  return typeof at === 'number' && bytes.length >= at + (wanted === 'whole' ? (byte(bytes, at + 1) + 1) * 8 : wanted);
}

export function isPresent(what: Presence, packet: LivePacket): boolean {
  const { bytes, family } = packet;
  const where = layout(family, bytes);
  switch (what.kind) {
    case 'protocol':
      return where.protocol !== undefined;
    case 'transport':
      return bytes.length >= where.transport + what.bytes;
    case 'tcp-options': {
      const length = (byte(bytes, where.transport + 12) >> 4) * 4;
      return bytes.length >= where.transport + 20 && length >= 20 && bytes.length >= where.transport + length;
    }
    case 'ah-intact':
      return findAuthentication(bytes) !== 'broken';
    case 'ah':
      return typeof findAuthentication(bytes) === 'number';
    case 'extension-walk':
      return findExtension(bytes, what.header) !== 'broken';
    case 'extension':
      return extensionHolds(bytes, what);
    case 'sctp-chunks':
      return walkChunks(bytes, where.transport + 12, what.scope, what.chunks) !== 'broken';
    case 'connection':
      return packet.connection !== undefined;
    case 'socket':
      return packet.uid !== undefined;
    case 'kernel-socket':
      return packet.socket === 'kernel';
    case 'ethernet':
      return packet.ethernet !== undefined;
  }
}

export function walkChunks(bytes: Uint8Array, start: number, scope: 'all' | 'any' | 'only', chunks: readonly SctpChunk[]): boolean | 'broken' {
  const missing = new Set(chunks.map((chunk) => chunk.type));
  let at = start;
  do {
    if (at + 4 > bytes.length || word(bytes, at + 2) === 0) return 'broken';
    const type = byte(bytes, at);
    const flags = byte(bytes, at + 1);
    const listed = chunks.some((chunk) => chunk.type === type);
    const flagTest = chunks.find((chunk) => chunk.type === type && chunk.flagMask !== 0);
    const holds = listed && (flagTest === undefined || (flags & flagTest.flagMask) === flagTest.flagValue);
    if (scope === 'any' && holds) return true;
    if (scope === 'only' && !holds) return false;
    if (scope === 'all' && holds) missing.delete(type);
    at += (word(bytes, at + 2) + 3) & ~3;
  } while (at < bytes.length);
  return scope === 'only' || (scope === 'all' && missing.size === 0);
}

/** The options of the TCP header at `transport`, walked as xtables does: kind 0 does not end the list. */
export function* tcpOptions(bytes: Uint8Array, transport: number): Generator<{ readonly kind: number; readonly at: number; readonly end: number }> {
  const end = transport + (byte(bytes, transport + 12) >> 4) * 4;
  for (let at = transport + 20; at < end; ) {
    const kind = byte(bytes, at);
    yield { kind, at, end };
    at += kind < 2 ? 1 : byte(bytes, at + 1) || 1;
  }
}

/** Fields that nothing here knows, in words that end "which hangs on ...": the rule that asks one ends in the verdict `unknown`. */
export const unknownFields: { readonly [F in Field]?: string } = {
  'socket.class': 'the control group of a socket',
  'socket.mark': 'the mark of a socket',
  'host.processor': 'the processor that handles the packet',
  'route.realm': 'the realms of the route',
};

const day = 86_400n;

export function readField(field: Field, packet: LivePacket, host?: Pick<HostView, 'groupOf'>): bigint {
  const { bytes, family, connection } = packet;
  const where = layout(family, bytes);
  const ct = (): NonNullable<typeof connection> => {
    if (connection === undefined) throw new Error(`${field} read without a connection`);
    return connection;
  };
  const ah = (): number => {
    const at = findAuthentication(bytes);
    if (typeof at !== 'number') throw new Error(`${field} read without an authentication header`);
    return at;
  };
  if (isExtensionField(field)) {
    const { header, offset } = extensionPlaces[field];
    const at = findExtension(bytes, header);
    if (typeof at !== 'number') throw new Error(`${field} read without its header`);
    return bitsAt(bytes, at * 8 + offset, fieldBits(field, family));
  }
  if (isCountField(field)) return carriedBy(ct(), counts[field]);
  switch (field) {
    case 'ip.source':
      return family === 4 ? number(bytes, 12, 4) : number(bytes, 8, 16);
    case 'ip.destination':
      return family === 4 ? number(bytes, 16, 4) : number(bytes, 24, 16);
    case 'ip.tos':
      return family === 4 ? number(bytes, 1, 1) : (number(bytes, 0, 2) >> 4n) & 0xffn;
    case 'ip.ttl':
      return number(bytes, family === 4 ? 8 : 7, 1);
    case 'ip.length':
      return family === 4 ? number(bytes, 2, 2) : number(bytes, 4, 2) + 40n;
    case 'ip.protocol':
      if (where.protocol === undefined) throw new Error('ip.protocol read after a failed walk');
      return BigInt(where.protocol);
    case 'ip.fragment-offset':
      return BigInt(where.fragmentOffset);
    case 'transport.source-port':
      return number(bytes, where.transport, 2);
    case 'transport.destination-port':
      return number(bytes, where.transport + 2, 2);
    case 'tcp.flags':
      return number(bytes, where.transport + 13, 1);
    case 'icmp.type':
      return number(bytes, where.transport, 1);
    case 'icmp.code':
      return number(bytes, where.transport + 1, 1);
    case 'esp.spi':
      return number(bytes, where.transport, 4);
    case 'ah.spi':
      return number(bytes, (family === 4 ? where.transport : ah()) + 4, 4);
    case 'ah.length':
      return BigInt((byte(bytes, ah() + 1) + 2) * 4);
    case 'ah.reserved':
      return number(bytes, ah() + 2, 2);
    case 'dccp.type':
      return bitsAt(bytes, where.transport * 8 + 67, 4);
    case 'ipcomp.cpi':
      return number(bytes, where.transport + 2, 2);
    case 'mobility.next-header':
      return number(bytes, where.transport, 1);
    case 'mobility.type':
      return number(bytes, where.transport + 2, 1);
    case 'packet.mark':
      return BigInt(packet.mark);
    case 'packet.type':
      return { unicast: 0n, broadcast: 1n, multicast: 2n }[packet.packetType];
    case 'ethernet.source':
      return number(packet.ethernet ?? new Uint8Array(), 6, 6);
    case 'socket.uid':
      return BigInt(packet.uid ?? 0);
    case 'socket.gid':
      return BigInt(packet.gid ?? 0);
    case 'socket.class':
    case 'socket.mark':
    case 'host.processor':
    case 'route.realm':
      throw new Error(`${field} read, which nobody knows`);
    case 'device.in-group':
      return BigInt(host?.groupOf(packet.inInterface ?? '') ?? 0);
    case 'device.out-group':
      return BigInt(host?.groupOf(packet.outInterface ?? '') ?? 0);
    case 'clock.seconds':
      return BigInt(Math.floor(packet.time));
    case 'clock.of-day':
      return BigInt(Math.floor(packet.time)) % day;
    case 'clock.weekday':
      // The first day was a Thursday.
      return (BigInt(Math.floor(packet.time)) / day + 4n) % 7n;
    case 'ct.mark':
      return BigInt(ct().mark);
    case 'ct.direction':
      return ct().direction === 'ORIGINAL' ? 0n : 1n;
    case 'ct.status':
      return BigInt(ct().status);
    case 'ct.protocol':
      return BigInt(ct().original.protocol);
    case 'ct.original-source':
      return ct().original.source;
    case 'ct.original-destination':
      return ct().original.destination;
    case 'ct.reply-source':
      return ct().reply.source;
    case 'ct.reply-destination':
      return ct().reply.destination;
    case 'ct.original-source-port':
      return BigInt(ct().original.sourcePort);
    case 'ct.original-destination-port':
      return BigInt(ct().original.destinationPort);
    case 'ct.reply-source-port':
      return BigInt(ct().reply.sourcePort);
    case 'ct.reply-destination-port':
      return BigInt(ct().reply.destinationPort);
    case 'ct.expiration':
      return BigInt(ct().expiration);
  }
}

function carriedBy({ carried }: Connection, { unit, direction }: (typeof counts)[CountField]): bigint {
  const sides = direction === undefined ? [carried?.original, carried?.reply] : [carried?.[direction]];
  const total = (what: 'packets' | 'bytes'): bigint => BigInt(sides.reduce((sum, side) => sum + (side?.[what] ?? 0), 0));
  const [packets, bytes] = [total('packets'), total('bytes')];
  return unit === 'packets' ? packets : unit === 'bytes' ? bytes : packets === 0n ? 0n : bytes / packets;
}

/** Bits of the packet, counted from its first. */
function bitsAt(bytes: Uint8Array, offset: number, bits: number): bigint {
  const end = Math.ceil((offset + bits) / 8);
  const first = Math.floor(offset / 8);
  return (number(bytes, first, end - first) >> BigInt(end * 8 - offset - bits)) & ((1n << BigInt(bits)) - 1n);
}

export function number(bytes: Uint8Array, at: number, length: number): bigint {
  if (at + length > bytes.length) throw new Error(`read past the end of the packet, byte ${at + length} of ${bytes.length}: a guard is missing`);
  let value = 0n;
  for (let index = 0; index < length; index++) value = (value << 8n) | BigInt(bytes[at + index] ?? 0);
  return value;
}

export const byte = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
const word = (bytes: Uint8Array, at: number): number => (byte(bytes, at) << 8) | byte(bytes, at + 1);
