import { type Family, type HmarkJump, prefixMask } from '../../../src/ir/index.js';
import { destinationOffset, findIpv6Header, headerLength4, jhash2, type LivePacket, protocols, read16, read32, read8, sourceOffset } from '../../../src/stack/index.js';
import type { JumpMeaning } from '../evaluation.js';
import { portsBegin } from '../ports.js';

/** What is hashed: 32 bits of each address, and the ports in order of size. */
interface Tuple {
  readonly source: number;
  readonly destination: number;
  readonly ports: number;
  readonly protocol: number;
}

/** A packet without the tuple keeps its mark. Measured against the kernel. */
export const hmark: JumpMeaning<'hmark'> = (jump, { family }) => {
  const masks = { source: maskOf(jump.sourcePrefix, family), destination: maskOf(jump.destinationPrefix, family) };
  return ({ packet }) => {
    const tuple = jump.connection === true ? ofConnection(packet, jump, masks) : ofPacket(packet, jump, masks);
    if (tuple === undefined) return undefined;
    const [low, high] = tuple.source <= tuple.destination ? [tuple.source, tuple.destination] : [tuple.destination, tuple.source];
    const hash = (jhash2([low, high, tuple.ports], jump.random) ^ (tuple.protocol & (jump.protocolMask ?? 0))) >>> 0;
    packet.mark = (Number((BigInt(hash) * BigInt(jump.modulus)) >> 32n) + (jump.offset ?? 0)) >>> 0;
    return undefined;
  };
};

interface Masks {
  readonly source: bigint;
  readonly destination: bigint;
}

const maskOf = (prefix: number | undefined, family: Family): bigint => (prefix === undefined ? 0n : prefixMask(family, prefix));

/** An IPv6 address is folded to one word. */
function folded(address: bigint, mask: bigint): number {
  let left = address & mask;
  let out = 0n;
  for (; left > 0n; left >>= 32n) out ^= left & 0xffff_ffffn;
  return Number(out);
}

/** The larger of the two comes first, so that both directions hash alike. */
function sorted(ports: number, jump: HmarkJump): number {
  const mask = jump.spiMask ?? (((jump.sourcePortMask ?? 0) << 16) | (jump.destinationPortMask ?? 0));
  const set = jump.spiSet ?? (((jump.sourcePortSet ?? 0) << 16) | (jump.destinationPortSet ?? 0));
  const masked = ((ports & mask) | set) >>> 0;
  const [source, destination] = [masked >>> 16, masked & 0xffff];
  return (destination > source ? (destination << 16) | source : masked) >>> 0;
}

function ofConnection({ connection }: LivePacket, jump: HmarkJump, masks: Masks): Tuple | undefined {
  if (connection === undefined) return undefined;
  const { original, reply } = connection;
  return {
    source: folded(original.source, masks.source),
    destination: folded(reply.source, masks.destination),
    protocol: original.protocol,
    ports: original.protocol === protocols.icmp ? 0 : sorted(((original.sourcePort << 16) | reply.sourcePort) >>> 0, jump),
  };
}

const addressAt = (bytes: Uint8Array, at: number, family: Family): bigint => {
  let value = 0n;
  for (let index = 0; index < (family === 4 ? 4 : 16); index++) value = (value << 8n) | BigInt(read8(bytes, at + index));
  return value;
};

/** ICMP errors quote the packet that is hashed in their place; of ICMPv6 all that may ever be one are taken for such. */
const isError: { readonly [F in Family]: (type: number) => boolean } = { 4: (type) => [3, 4, 5, 11, 12].includes(type), 6: (type) => type > 0 && type < 128 };

function ofPacket({ bytes, family }: LivePacket, jump: HmarkJump, masks: Masks): Tuple | undefined {
  const outer = headersOf(bytes, 0, family);
  if (outer === undefined) return { source: 0, destination: 0, ports: 0, protocol: 0 };
  const { protocol, transport, fragment } = outer;
  const isIcmp = protocol === (family === 4 ? protocols.icmp : protocols.icmp6);
  const quotes = isIcmp && !(family === 6 && fragment) && transport + 8 <= bytes.length && isError[family](read8(bytes, transport));
  const start = quotes ? transport + 8 : 0;
  const inner = quotes ? (start + (family === 4 ? 20 : 40) <= bytes.length ? headersOf(bytes, start, family) : undefined) : outer;
  if (inner === undefined) return undefined;
  return {
    source: folded(addressAt(bytes, start + sourceOffset(family), family), masks.source),
    destination: folded(addressAt(bytes, start + destinationOffset(family), family), masks.destination),
    protocol: inner.protocol,
    ports: inner.fragment ? 0 : portsAt(bytes, inner, jump),
  };
}

interface Headers {
  readonly protocol: number;
  readonly transport: number;
  readonly fragment: boolean;
}

function headersOf(bytes: Uint8Array, start: number, family: Family): Headers | undefined {
  const own = bytes.subarray(start);
  if (family === 4) return { protocol: read8(own, 9), transport: start + headerLength4(own), fragment: (read16(own, 6) & 0x3fff) !== 0 };
  // The walk ends at an authentication header, for its SPI.
  const authentication = findIpv6Header(own, protocols.ah);
  const found = authentication.kind === 'found' ? authentication : findIpv6Header(own);
  if (found.kind !== 'found') return undefined;
  return { protocol: found.protocol, transport: start + found.offset, fragment: found.fragmentOffset !== 0 || findIpv6Header(own, protocols.fragment).kind === 'found' };
}

function portsAt(bytes: Uint8Array, { protocol, transport }: Headers, jump: HmarkJump): number {
  const offset = portsBegin[protocol];
  return offset === undefined || transport + offset + 4 > bytes.length ? 0 : sorted(read32(bytes, transport + offset), jump);
}
