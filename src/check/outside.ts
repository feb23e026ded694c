import { fits, type AssumptionId, type Fingerprint, type PacketInput } from '../ir/index.js';
import { dissect, hasWrongChecksum } from '../packet/index.js';
import { synOf } from '../stack/index.js';

/** What the assumptions speak of, read from a packet's bytes alone. */
interface Shape {
  readonly protocol: number;
  /** What is there of the transport header and behind it. */
  readonly transport: Uint8Array;
  readonly laterFragment: boolean;
  readonly fragmentHeaders: number;
  readonly fragment: boolean;
  readonly authentication: boolean;
  readonly broken: boolean;
  /** Routing headers and what is behind them. */
  readonly routing: readonly Uint8Array[];
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

function shapeOf(bytes: Uint8Array): Shape {
  if ((bytes[0] ?? 0) >> 4 === 6) return shapeOf6(bytes.subarray(0, 40 + word(bytes, 4)));
  const offset = word(bytes, 6);
  return {
    protocol: bytes[9] ?? 0,
    transport: bytes.subarray(((bytes[0] ?? 0) & 15) * 4, word(bytes, 2)),
    laterFragment: (offset & 0x1fff) !== 0,
    fragmentHeaders: (offset & 0x3fff) === 0 ? 0 : 1,
    fragment: (offset & 0x3fff) !== 0,
    authentication: false,
    broken: false,
    routing: [],
  };
}

function shapeOf6(bytes: Uint8Array): Shape {
  let [protocol, at, fragmentHeaders] = [bytes[6] ?? 59, 40, 0];
  const routing: Uint8Array[] = [];
  let [laterFragment, authentication, broken] = [false, false, false];
  while ([0, 43, 44, 51, 60].includes(protocol)) {
    if (laterFragment || at + (protocol === 44 ? 8 : 2) > bytes.length) {
      broken = true;
      // Enough of it is there to see a fragment.
      if (protocol === 44 && !laterFragment && at + 4 <= bytes.length) fragmentHeaders += 1;
      break;
    }
    const next = bytes[at] ?? 59;
    if (protocol === 43) routing.push(bytes.subarray(at));
    if (protocol === 44) {
      fragmentHeaders += 1;
      laterFragment = (word(bytes, at + 2) & 0xfff8) !== 0;
      at += 8;
    } else {
      const size = ((bytes[at + 1] ?? 0) + (protocol === 51 ? 2 : 1)) * (protocol === 51 ? 4 : 8);
      if (protocol === 51) {
        authentication = true;
        // The walk goes past one that is cut off; a test of it drops the packet.
        if (size < 12 || at + size > bytes.length) broken = true;
      }
      at += size;
    }
    protocol = next;
  }
  if (!laterFragment && at > bytes.length) broken = true;
  return { protocol, transport: bytes.subarray(at), laterFragment, fragmentHeaders, fragment: fragmentHeaders > 0, authentication, broken, routing };
}

/** Bytes of the longest header that a match of this protocol reads. */
const headerBytes: Readonly<Record<number, number>> = { 1: 8, 6: 20, 17: 8, 33: 12, 50: 8, 51: 12, 58: 8, 108: 4, 132: 12, 135: 6, 136: 4 };

function isTruncated({ protocol, transport, laterFragment }: Shape): boolean {
  if (laterFragment && protocol !== 6) return false;
  if (transport.length < (headerBytes[protocol] ?? 0)) return true;
  if (protocol === 6) {
    const options = ((transport[12] ?? 0) >> 4) * 4;
    return options < 20 || options > transport.length;
  }
  return protocol === 132 && hasBrokenChunk(transport);
}

function hasBrokenChunk(transport: Uint8Array): boolean {
  let at = 12;
  for (; at + 4 <= transport.length; at += (word(transport, at + 2) + 3) & ~3) if (word(transport, at + 2) === 0) return true;
  return at === 12 || at < transport.length;
}

/** Kinds and lengths of the TCP options, walked as the kernel does: kind 0 and 1 are one byte and end nothing. */
function tcpOptions({ protocol, transport }: Shape): readonly { readonly kind: number; readonly length: number; readonly whole: boolean }[] {
  if (protocol !== 6) return [];
  const end = Math.min(transport.length, ((transport[12] ?? 0) >> 4) * 4);
  const options = [];
  for (let at = 20; at < end; ) {
    const kind = transport[at] ?? 0;
    const length = kind < 2 ? 1 : at + 1 < end ? (transport[at + 1] ?? 0) : 2;
    if (kind >= 2) options.push({ kind, length, whole: at + length <= end });
    at += Math.max(length, 1);
  }
  return options;
}

function hasOddOptions(shape: Shape): boolean {
  const options = tcpOptions(shape);
  const kinds = new Set(options.map(({ kind }) => kind));
  return options.some(({ whole }) => !whole) || kinds.size < options.length || options.some(({ kind, length }) => kind === 2 && length !== 4);
}

const lacksSegmentSize = (shape: Shape): boolean =>
  shape.protocol === 6 && ((shape.transport[13] ?? 0) & 2) !== 0 && !tcpOptions(shape).some(({ kind, length, whole }) => kind === 2 && length === 4 && whole);

function isUnsound(shape: Shape, { bytes }: PacketInput): boolean {
  const packet = dissect(bytes);
  return shape.protocol === 6 && (hasOddOptions(shape) || packet === undefined || hasWrongChecksum(packet));
}

/** What is known beside the packet. */
interface Known {
  readonly fingerprints?: readonly Fingerprint[] | undefined;
  /** Interfaces that are ports of a bridge. */
  readonly ports?: ReadonlySet<string>;
}

/** Whatever its TTL, which routing counts down before rules see it. */
function fitsTwoSystems({ protocol }: Shape, { bytes }: PacketInput, { fingerprints = [] }: Known): boolean {
  const syn = protocol === 6 && (bytes[0] ?? 0) >> 4 === 4 ? synOf(bytes, ((bytes[0] ?? 0) & 15) * 4) : undefined;
  return syn !== undefined && new Set(fingerprints.filter((one) => fits(one, syn, 'any')).map(({ system }) => system)).size > 1;
}

const violated: { readonly [K in AssumptionId]?: (shape: Shape, packet: PacketInput, known: Known) => boolean } = {
  'no-truncated-l4-headers': isTruncated,
  'no-later-fragments': ({ laterFragment }) => laterFragment,
  'no-nested-fragments': ({ fragmentHeaders }) => fragmentHeaders > 1,
  'one-fragment-header': ({ fragmentHeaders }) => fragmentHeaders > 1,
  'plain-segment-routing': ({ routing }) => routing.some((header) => header[2] === 4 && (header[3] ?? 0) > (header[4] ?? 0)),
  'short-segment-lists': ({ routing }) => routing.some((header) => header[2] === 4 && (header[4] ?? 0) > 1),
  'plain-mobility-headers': ({ protocol, transport, laterFragment }) => protocol === 135 && !laterFragment && transport[0] !== 59,
  'no-ipv6-authentication-headers': ({ authentication }) => authentication,
  'no-broken-ipv6-extension-headers': ({ broken }) => broken,
  'plain-tcp-options': hasOddOptions,
  'sound-tcp-packets': isUnsound,
  'syn-with-mss': lacksSegmentSize,
  'unfragmented-packets': ({ fragment }) => fragment,
  'one-system-fits': fitsTwoSystems,
  'no-bridged-packets': (_, { inInterface }, { ports }) => inInterface !== undefined && ports?.has(inInterface) === true,
};

/** Whether an assumption excludes the packet: an output that rests on the assumption does not answer for it. */
export function isOutside(assumptions: readonly AssumptionId[], packet: PacketInput, known: Known = {}): boolean {
  const shape = shapeOf(packet.bytes);
  return assumptions.some((id) => violated[id]?.(shape, packet, known) ?? false);
}
