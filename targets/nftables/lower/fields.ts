import { counts, extensionPlaces, fieldBits, isCountField, isExtensionField, unreachable, type Family, type Field, type Interval, type PredicateOf } from '../../../src/ir/index.js';
import { exthdrAt, knownExthdr, type Exthdr } from '../exthdr.js';
import { match, type Expression, type Payload, type Statement } from '../ast.js';

export const payload = (base: Payload['base'], offset: number, bits: number, name?: string, protocol?: number): Payload => ({
  kind: 'payload', base, offset, bits, ...(name === undefined ? {} : { name }), ...(protocol === undefined ? {} : { protocol }),
});

export const l4proto: Expression = { kind: 'meta', key: 'l4proto' };

/** Protocols whose first four bytes are the two ports. */
export const portProtocols: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 33: 'dccp', 132: 'sctp', 136: 'udplite' };

/** A port by the protocol's own name where the rule says which, else the bare bytes. */
export function port(side: 'source' | 'destination', protocol: number | undefined): Payload {
  const offset = side === 'source' ? 0 : 16;
  const name = protocol === undefined ? undefined : portProtocols[protocol];
  return name === undefined ? payload('th', offset, 16) : payload('th', offset, 16, `${name} ${side === 'source' ? 'sport' : 'dport'}`, protocol);
}

export const address = (side: 'source' | 'destination', family: Family): Payload => {
  const word = side === 'source' ? 'saddr' : 'daddr';
  if (family === 4) return payload('nh', side === 'source' ? 96 : 128, 32, `ip ${word}`);
  return payload('nh', side === 'source' ? 64 : 192, 128, `ip6 ${word}`);
};

/** A field of the mobility header. */
export const mobility = (field: 'nexthdr' | 'type' | 'checksum'): Exthdr => knownExthdr('mh', field);

/** Holds where the address can be read; nft 1.0.6 takes no comparison by size there. */
export const anyAddress = (address: Exthdr): Statement => match(address, [{ min: 0n, max: (1n << 128n) - 1n }]);

/** How nft reads a field: an expression, and how the field's values map to the expression's (`scale`, then `offset` added). */
interface Reading {
  readonly expression: Expression;
  readonly divisor?: bigint;
  readonly factor?: bigint;
  /** One value of the field covers this many of the expression. */
  readonly span?: bigint;
  readonly offset?: bigint;
  /** Largest value of the expression, where smaller than its width says. */
  readonly bits: number;
}

/** In a second; nft writes and reads whole seconds of `meta time`. */
export const nanoseconds = 1_000_000_000n;

const plain = (expression: Expression, bits: number): Reading => ({ expression, bits });
const ct = (key: Extract<Expression, { kind: 'ct' }>['key'], direction?: 'original' | 'reply'): Expression => ({
  kind: 'ct', key, ...(direction === undefined ? {} : { direction }),
});

function read(field: Field, mask: bigint, family: Family, protocol: number | undefined): Reading {
  const bits = fieldBits(field, family);
  if (isExtensionField(field)) {
    const { header, offset } = extensionPlaces[field];
    const found = exthdrAt(header, offset, bits);
    if (found === undefined) throw new Error(`nft has no word for ${field}`);
    return plain(found, bits);
  }
  if (isCountField(field)) {
    const { unit, direction } = counts[field];
    return plain(ct(unit === 'average' ? 'avgpkt' : unit, direction), bits);
  }
  switch (field) {
    case 'ip.source':
      return plain(address('source', family), bits);
    case 'ip.destination':
      return plain(address('destination', family), bits);
    case 'ip.tos':
      return readTos(mask, family);
    case 'ip.ttl':
      return plain(family === 4 ? payload('nh', 64, 8, 'ip ttl') : payload('nh', 56, 8, 'ip6 hoplimit'), 8);
    case 'ip.length':
      return family === 4 ? plain(payload('nh', 16, 16, 'ip length'), 16) : { expression: payload('nh', 32, 16, 'ip6 length'), offset: -40n, bits: 16 };
    case 'ip.protocol':
      return plain(l4proto, 8);
    case 'ip.fragment-offset':
      return plain(family === 4 ? { kind: 'binary', operator: '&', left: payload('nh', 48, 16, 'ip frag-off'), right: 0x1fffn } : knownExthdr('frag', 'frag-off'), 13);
    case 'transport.source-port':
      return plain(port('source', protocol), 16);
    case 'transport.destination-port':
      return plain(port('destination', protocol), 16);
    case 'tcp.flags':
      return plain(payload('th', 104, 8, 'tcp flags', 6), 8);
    case 'icmp.type':
      return plain(family === 4 ? payload('th', 0, 8, 'icmp type', 1) : payload('th', 0, 8, 'icmpv6 type', 58), 8);
    case 'icmp.code':
      return plain(family === 4 ? payload('th', 8, 8, 'icmp code', 1) : payload('th', 8, 8, 'icmpv6 code', 58), 8);
    case 'esp.spi':
      return plain(payload('th', 0, 32, 'esp spi', 50), 32);
    case 'ah.spi':
      return plain(payload('th', 32, 32), 32);
    case 'ah.length':
      return { expression: payload('th', 8, 8), divisor: 4n, offset: -2n, bits: 8 };
    case 'ah.reserved':
      return plain(payload('th', 16, 16), 16);
    case 'dccp.type':
      return plain(payload('th', 67, 4, 'dccp type', 33), 4);
    case 'ipcomp.cpi':
      return plain(payload('th', 16, 16, 'comp cpi', 108), 16);
    // Ranges on `@th` behind a test for protocol 135 make nft 1.0.6 fall over as it lists the rule.
    case 'mobility.next-header':
      return plain(mobility('nexthdr'), 8);
    case 'mobility.type':
      return plain(mobility('type'), 8);
    case 'packet.mark':
      return plain({ kind: 'meta', key: 'mark' }, 32);
    case 'packet.type':
      return plain({ kind: 'meta', key: 'pkttype' }, 8);
    case 'ethernet.source':
      return plain(payload('ll', 48, 48, 'ether saddr'), 48);
    case 'socket.uid':
      return plain({ kind: 'meta', key: 'skuid' }, 32);
    case 'socket.gid':
      return plain({ kind: 'meta', key: 'skgid' }, 32);
    case 'socket.class':
      return plain({ kind: 'meta', key: 'cgroup' }, 32);
    case 'socket.mark':
      return plain({ kind: 'socket', key: 'mark' }, 32);
    case 'host.processor':
      return plain({ kind: 'meta', key: 'cpu' }, 32);
    case 'route.realm':
      return plain({ kind: 'meta', key: 'rtclassid' }, 32);
    case 'device.in-group':
      return plain({ kind: 'meta', key: 'iifgroup' }, 32);
    case 'device.out-group':
      return plain({ kind: 'meta', key: 'oifgroup' }, 32);
    case 'clock.seconds':
      return { expression: { kind: 'meta', key: 'time' }, factor: nanoseconds, span: nanoseconds, bits: 64 };
    case 'clock.of-day':
      return plain({ kind: 'meta', key: 'hour' }, 17);
    case 'clock.weekday':
      return plain({ kind: 'meta', key: 'day' }, 3);
    case 'ct.mark':
      return plain(ct('mark'), 32);
    case 'ct.direction':
      return plain(ct('direction'), 1);
    case 'ct.status':
      return plain(ct('status'), 32);
    case 'ct.protocol':
      return plain(ct('protocol'), 8);
    case 'ct.original-source':
      return plain(ct('saddr', 'original'), bits);
    case 'ct.original-destination':
      return plain(ct('daddr', 'original'), bits);
    case 'ct.reply-source':
      return plain(ct('saddr', 'reply'), bits);
    case 'ct.reply-destination':
      return plain(ct('daddr', 'reply'), bits);
    case 'ct.original-source-port':
      return plain(ct('proto-src', 'original'), 16);
    case 'ct.original-destination-port':
      return plain(ct('proto-dst', 'original'), 16);
    case 'ct.reply-source-port':
      return plain(ct('proto-src', 'reply'), 16);
    case 'ct.reply-destination-port':
      return plain(ct('proto-dst', 'reply'), 16);
    case 'ct.expiration':
      return { expression: ct('expiration'), factor: 1000n, span: 1000n, bits: 32 };
    default:
      return unreachable(field);
  }
}

/**
 * `dscp` and `ecn` are the two halves of the byte; other masks read it raw. In IPv6 that is the first two bytes under a wider mask: nft
 * 1.0.6 shifts a mask on `@nh,4,8` to the wrong place.
 */
function readTos(mask: bigint, family: Family): Reading {
  if (mask === 0xfcn) return { expression: family === 4 ? payload('nh', 8, 6, 'ip dscp') : payload('nh', 4, 6, 'ip6 dscp'), divisor: 4n, bits: 6 };
  if (mask === 0x03n) return { expression: family === 4 ? payload('nh', 14, 2, 'ip ecn') : payload('nh', 10, 2, 'ip6 ecn'), bits: 2 };
  if (family === 4) return plain(payload('nh', 8, 8), 8);
  return { expression: { kind: 'binary', operator: '&', left: payload('nh', 0, 16), right: mask << 4n }, factor: 16n, bits: 16 };
}

/** The test as one comparison; `always` or `never` where the field's values leave nothing else. Reading must not fail (see `present`). */
export function fieldTest(predicate: PredicateOf<'field'>, negated: boolean, family: Family, protocol: number | undefined): Statement | 'always' | 'never' {
  const { field, mask } = predicate;
  const reading = read(field, mask, family, protocol);
  const limit = (1n << BigInt(reading.bits)) - 1n;
  const intervals = merge(predicate.intervals.flatMap((interval) => convert(interval, reading, limit)));
  const [first] = intervals;
  if (first === undefined) return negated ? 'always' : 'never';
  if (first.min === 0n && first.max === limit) return negated ? 'never' : 'always';
  return match(masked(reading, field, mask, family), intervals, negated);
}

function masked(reading: Reading, field: Field, mask: bigint, family: Family): Expression {
  const full = (1n << BigInt(fieldBits(field, family))) - 1n;
  if (mask === full || (field === 'ip.tos' && (family === 6 || mask === 0xfcn || mask === 0x03n))) return reading.expression;
  return { kind: 'binary', operator: '&', left: reading.expression, right: mask };
}

function convert({ min, max }: Interval, reading: Reading, limit: bigint): readonly Interval[] {
  const { divisor = 1n, factor = 1n, span = 1n, offset = 0n } = reading;
  const low = ceil(min, divisor) * factor + offset;
  const high = (max / divisor) * factor + (span - 1n) + offset;
  const clipped = { min: low < 0n ? 0n : low, max: high > limit ? limit : high };
  return clipped.min <= clipped.max ? [clipped] : [];
}

const ceil = (value: bigint, divisor: bigint): bigint => (value + divisor - 1n) / divisor;

function merge(intervals: readonly Interval[]): readonly Interval[] {
  const out: Interval[] = [];
  for (const interval of intervals) {
    const last = out.at(-1);
    if (last !== undefined && interval.min <= last.max + 1n) out[out.length - 1] = { min: last.min, max: interval.max > last.max ? interval.max : last.max };
    else out.push(interval);
  }
  return out;
}

/** A prefix under its mask is one network: `ip saddr 10.0.0.0/8` instead of `ip saddr & 255.0.0.0 == 10.0.0.0`. */
export function asNetwork(predicate: PredicateOf<'field'>, family: Family): PredicateOf<'field'> {
  const addresses = predicate.field === 'ip.source' || predicate.field === 'ip.destination' || predicate.field.startsWith('ct.original-') || predicate.field.startsWith('ct.reply-') || predicate.field.startsWith('routing.address-');
  const bits = fieldBits(predicate.field, family);
  const full = (1n << BigInt(bits)) - 1n;
  const host = full ^ predicate.mask;
  if (!addresses || predicate.mask === full || (host & (host + 1n)) !== 0n) return predicate;
  if (predicate.intervals.some(({ min, max }) => (min & host) !== 0n || (max & host) !== 0n)) return predicate;
  return { ...predicate, mask: full, intervals: predicate.intervals.map(({ min, max }) => ({ min, max: max | host })) };
}
