import { ctStates, unreachable, type AddressType, type CtStateFlag, type Family, type Field, type Interval, type Predicate } from '../../../src/ir/index.js';
import type { Expression } from '../ast.js';
import { ctStateBits, ctStatusBits } from '../types.js';
import { exthdrReading, payloadReading, transportProtocol } from './header.js';
import { always, and, ctState, fieldIn, holdsFor, never, normalise, ones, or, present, not } from './predicates.js';

/**
 * An expression in terms of the core. `guard`: the load succeeds, else the rule breaks off. `test`: the loaded value under a mask lies
 * in one of the intervals, on packets on which the guard holds; undefined where no predicate says it.
 */
export interface Reading {
  readonly bits: number;
  readonly guard: Predicate;
  test(mask: bigint, intervals: readonly Interval[]): Predicate | undefined;
}

/** Undefined: nothing of the core is like it. `protocol`: see `payloadReading`. */
export function readingOf(expression: Expression, family: Family, protocol: number | undefined): Reading | undefined {
  switch (expression.kind) {
    case 'payload':
      return payloadReading(expression, family, protocol);
    case 'meta':
      return metaReading(expression.key, family);
    case 'ct':
      return ctReading(expression, family);
    case 'exthdr':
      return family === 4 ? undefined : exthdrReading(expression);
    case 'tcp-option':
      return expression.field === 'size' ? segmentSize(family) : undefined;
    case 'fib':
      return addressType(expression);
    case 'binary':
      return foldedReading(expression, family, protocol);
    case 'ipsec':
      return ipsecLayer(expression);
    case 'socket':
      return openSocket(expression.key, family);
    case 'jhash':
      return { bits: 32, guard: connection, test: (mask, intervals) => (family === 4 && mask === ones(32) ? clusterNodes(expression, intervals) : undefined) };
    case 'numgen':
    case 'concat':
    case 'map':
    case 'value':
    case 'route-mss':
      return undefined;
    default:
      return unreachable(expression);
  }
}

const of = (family: Family, field: Field, guard: Predicate, bits: number): Reading => ({ bits, guard, test: (mask, intervals) => fieldIn(family, field, mask, intervals) });

function metaReading(key: Extract<Expression, { kind: 'meta' }>['key'], family: Family): Reading | undefined {
  switch (key) {
    case 'mark':
      return of(family, 'packet.mark', always, 32);
    case 'l4proto':
      return transportProtocol(family);
    case 'pkttype':
      return of(family, 'packet.type', always, 8);
    case 'length':
      return { bits: 32, guard: always, test: (mask, intervals) => (mask === ones(32) ? ipLength(family, intervals) : undefined) };
    case 'skuid':
      return of(family, 'socket.uid', present({ kind: 'socket' }), 32);
    case 'skgid':
      return of(family, 'socket.gid', present({ kind: 'socket' }), 32);
    case 'cgroup':
      return of(family, 'socket.class', or([present({ kind: 'socket' }), present({ kind: 'kernel-socket' })]), 32);
    case 'cpu':
      return of(family, 'host.processor', always, 32);
    case 'rtclassid':
      return of(family, 'route.realm', always, 32);
    case 'iifgroup':
      return of(family, 'device.in-group', not(nowhere('in')), 32);
    case 'oifgroup':
      return of(family, 'device.out-group', not(nowhere('out')), 32);
    case 'hour':
      return { bits: 32, guard: always, test: (mask, intervals) => (mask === ones(32) ? fieldIn(family, 'clock.of-day', ones(17), intervals) : undefined) };
    case 'day':
      return { bits: 8, guard: always, test: (mask, intervals) => (mask === ones(8) ? fieldIn(family, 'clock.weekday', ones(3), intervals) : undefined) };
    case 'time':
      return { bits: 64, guard: always, test: (mask, intervals) => (mask === ones(64) ? instants(intervals, family) : undefined) };
    case 'iiftype':
      return { bits: 16, guard: present({ kind: 'ethernet' }), test: (mask, intervals) => (mask === 0xffffn && intervals.length === 1 && intervals[0]?.min === 1n && intervals[0].max === 1n ? always : undefined) };
    case 'iifname':
    case 'oifname':
    case 'priority':
    case 'nftrace':
    case 'secmark':
      return undefined;
    default:
      return unreachable(key);
  }
}

/** There is no such interface here. */
const nowhere = (direction: 'in' | 'out'): Predicate => ({ kind: 'interface', direction, pattern: { name: '', prefix: false } });

const second = 1_000_000_000n;
const wholeSecond: Predicate = { kind: 'external', test: { kind: 'whole-second' } };

/** Whole seconds of nanoseconds; where an interval begins or ends in the first instant of a second, that instant is a question of its own. */
function instants(intervals: readonly Interval[], family: Family): Predicate | undefined {
  const parts = intervals.map(({ min, max }): Predicate | undefined => {
    if (max % second === second - 1n || max >= ones(64)) return min % second === 0n ? secondsIn(min / second, max / second, family) : undefined;
    if (max % second !== 0n || min % second !== 0n) return undefined;
    return or([...(min === max ? [] : [secondsIn(min / second, max / second - 1n, family)]), and([secondsIn(max / second, max / second, family), wholeSecond])]);
  });
  return parts.every((part) => part !== undefined) ? or(parts) : undefined;
}

const secondsIn = (min: bigint, max: bigint, family: Family): Predicate => fieldIn(family, 'clock.seconds', ones(32), [{ min, max }]);

/** No packet is shorter than its IP header, so a test for less never holds. */
function ipLength(family: Family, intervals: readonly Interval[]): Predicate {
  const least = family === 4 ? 20n : 40n;
  return fieldIn(family, 'ip.length', family === 4 ? 0xffffn : 0x1ffffn, intervals.filter(({ max }) => max >= least));
}

const connection = present({ kind: 'connection' });

function ctReading({ key, direction }: Extract<Expression, { kind: 'ct' }>, family: Family): Reading | undefined {
  switch (key) {
    case 'state':
      return { bits: 32, guard: always, test: (mask, intervals) => ctState(ctStates.filter((state) => holdsFor(intervals, BigInt(ctStateBits[stateNames[state]]) & mask))) };
    case 'status':
      return { bits: 32, guard: connection, test: (mask, intervals) => statusTest(mask, intervals, family) };
    case 'mark':
      return of(family, 'ct.mark', connection, 32);
    case 'secmark':
      return undefined;
    case 'direction':
      return of(family, 'ct.direction', connection, 8);
    case 'protocol':
      return of(family, 'ct.protocol', connection, 8);
    case 'expiration':
      return { bits: 32, guard: connection, test: (mask, intervals) => (mask === ones(32) ? expiration(intervals, family) : undefined) };
    case 'packets':
    case 'bytes':
    case 'avgpkt':
      return of(family, `ct.${direction === undefined ? '' : (`${direction}-` as const)}${key === 'avgpkt' ? 'average' : key}`, connection, 64);
    case 'saddr':
    case 'daddr':
      return direction === undefined ? undefined : of(family, `ct.${direction}-${key === 'saddr' ? 'source' : 'destination'}`, connection, family === 4 ? 32 : 128);
    case 'proto-src':
    case 'proto-dst':
      return direction === undefined ? undefined : of(family, `ct.${direction}-${key === 'proto-src' ? 'source' : 'destination'}-port`, connection, 16);
    default:
      return unreachable(key);
  }
}

const stateNames = { INVALID: 'invalid', NEW: 'new', RELATED: 'related', ESTABLISHED: 'established', UNTRACKED: 'untracked' } as const;

const natBits = BigInt(ctStatusBits.snat | ctStatusBits.dnat);

/** The two NAT bits are states for the core; what remains of the mask is a field. */
function statusTest(mask: bigint, intervals: readonly Interval[], family: Family): Predicate | undefined {
  const wanted = mask & natBits;
  if (wanted === 0n) return fieldIn(family, 'ct.status', mask, intervals);
  const others = mask & ~natBits;
  const cases: Predicate[] = [];
  for (const bits of [0n, 16n, 32n, 48n]) {
    if ((bits & ~wanted) !== 0n) continue;
    const rest = restUnder(intervals, bits, others);
    if (rest === undefined) return undefined;
    const flags = ([['SNAT', 16n], ['DNAT', 32n]] as const).flatMap(([flag, bit]): readonly Predicate[] => ((wanted & bit) === 0n ? [] : [(bits & bit) !== 0n ? ctState([flag]) : not(ctState([flag]))]));
    cases.push(and([...flags, others === 0n ? (holdsFor(intervals, bits) ? always : never) : fieldIn(family, 'ct.status', others, rest)]));
  }
  return simplerStatus(intervals, wanted, others, family) ?? or(cases);
}

/** "Some bit is set" and "no bit is set", as iptables asks. */
function simplerStatus(intervals: readonly Interval[], wanted: bigint, others: bigint, family: Family): Predicate | undefined {
  const flags = ([['SNAT', 16n], ['DNAT', 32n]] as const).flatMap(([flag, bit]): readonly CtStateFlag[] => ((wanted & bit) === 0n ? [] : [flag]));
  const none = and([not(ctState(flags)), others === 0n ? always : fieldIn(family, 'ct.status', others, [{ min: 0n, max: 0n }])]);
  const [only, ...more] = normalise(intervals, wanted | others);
  if (only === undefined || more.length > 0) return undefined;
  if (only.min === 0n && only.max === 0n) return none;
  return only.min === 1n && only.max === (wanted | others) ? not(none) : undefined;
}

/** The intervals for the other bits when the NAT bits are these; undefined for ranges, which do not come apart. */
function restUnder(intervals: readonly Interval[], bits: bigint, others: bigint): readonly Interval[] | undefined {
  if (others === 0n) return [];
  if (intervals.every(({ min, max }) => min === max)) return intervals.filter(({ min }) => (min & natBits) === bits).map(({ min }) => ({ min: min & others, max: min & others }));
  const [only, ...more] = intervals;
  if (only === undefined || more.length > 0) return undefined;
  if (only.min === 1n && only.max >= (others | natBits)) return bits === 0n ? [{ min: 1n, max: others }] : [{ min: 0n, max: others }];
  return undefined;
}

/** Milliseconds that are whole seconds, from their first to their last. */
function expiration(intervals: readonly Interval[], family: Family): Predicate | undefined {
  const top = ones(32);
  const seconds = intervals.map(({ min, max }) => (min % 1000n === 0n && (max % 1000n === 999n || max >= top) ? { min: min / 1000n, max: max >= top ? top : max / 1000n } : undefined));
  return seconds.every((interval) => interval !== undefined) ? fieldIn(family, 'ct.expiration', top, seconds) : undefined;
}

/** Both are 0 or 1. */
function openSocket(key: 'transparent' | 'wildcard' | 'mark', family: Family): Reading {
  if (key === 'mark') return of(family, 'socket.mark', { kind: 'external', test: { kind: 'open-socket', what: 'full' } }, 32);
  const asked: Predicate = { kind: 'external', test: { kind: 'open-socket', what: key } };
  return {
    bits: 1,
    guard: { kind: 'external', test: { kind: 'open-socket', what: key === 'wildcard' ? 'full' : 'any' } },
    test: (mask, intervals) => (mask === 1n ? or([...(holdsFor(intervals, 1n) ? [asked] : []), ...(holdsFor(intervals, 0n) ? [not(asked)] : [])]) : undefined),
  };
}

function clusterNodes({ modulus, seed }: Extract<Expression, { kind: 'jhash' }>, intervals: readonly Interval[]): Predicate | undefined {
  if (modulus > 32) return undefined;
  const nodes = Array.from({ length: modulus }, (_, node) => node).filter((node) => holdsFor(intervals, BigInt(node)));
  if (nodes.length === 0 || nodes.length === modulus) return nodes.length === 0 ? never : always;
  return { kind: 'external', test: { kind: 'cluster', nodes: nodes.reduce((mask, node) => (mask | (1 << node)) >>> 0, 0), total: modulus, seed } };
}

function ipsecLayer({ direction, layer, key }: Extract<Expression, { kind: 'ipsec' }>): Reading {
  const here = { kind: 'ipsec-layer', direction, layer } as const;
  return {
    bits: 32,
    guard: { kind: 'external', test: here },
    test: (mask, intervals) => (mask === ones(32) && intervals.every(({ min, max }) => min === max) ? or(intervals.map(({ min }): Predicate => ({ kind: 'external', test: { ...here, part: key, value: Number(min) } }))) : undefined),
  };
}

/** TCP alone, not in later fragments, behind a whole header: what nft wants before it walks the options. */
export const optionsReadable = (family: Family): Predicate =>
  and([
    and([transportProtocol(family).guard, transportProtocol(family).test(0xffn, [{ min: 6n, max: 6n }]) ?? never]),
    fieldIn(family, 'ip.fragment-offset', 0x1fffn, [{ min: 0n, max: 0n }]),
    present({ kind: 'transport', bytes: 20 }),
    present({ kind: 'tcp-options' }),
  ]);

function segmentSize(family: Family): Reading {
  return {
    bits: 16,
    guard: and([optionsReadable(family), { kind: 'tcp-mss', interval: { min: 0n, max: 0xffffn } }]),
    test: (mask, intervals) => (mask === 0xffffn ? or(normalise(intervals, mask).map((interval) => ({ kind: 'tcp-mss', interval }))) : undefined),
  };
}

const routingTypes: readonly AddressType[] = ['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE'];

function addressType({ address, via }: Extract<Expression, { kind: 'fib' }>): Reading {
  return {
    bits: 32,
    guard: always,
    test(mask, intervals) {
      const types = routingTypes.filter((_, index) => holdsFor(intervals, BigInt(index) & mask));
      if (types.length === 0) return never;
      return { kind: 'address-type', address: address === 'saddr' ? 'source' : 'destination', types, ...(via === undefined ? {} : { via: via === 'iif' ? 'in' : 'out' }) };
    },
  };
}

/** `((load >> shift) & mask) ^ flip`; a negative shift goes to the left. */
export interface Folded {
  readonly base: Expression;
  readonly shift: bigint;
  readonly mask: bigint;
  readonly flip: bigint;
}

/** Folds operations with constants into one mask, one flip and one shift on `bits` bits. */
export function fold(expression: Expression, bits: number): Folded {
  const full = ones(bits);
  if (expression.kind !== 'binary') return { base: expression, shift: 0n, mask: full, flip: 0n };
  const { base, shift, mask, flip } = fold(expression.left, bits);
  const { right } = expression;
  switch (expression.operator) {
    case '&':
      return { base, shift, mask: mask & right, flip: flip & right };
    case '|':
      return { base, shift, mask: mask & ~right & full, flip: (flip & ~right & full) | right };
    case '^':
      return { base, shift, mask, flip: flip ^ right };
    case '>>':
      return { base, shift: shift + right, mask: mask >> right, flip: flip >> right };
    case '<<':
      return { base, shift: shift - right, mask: (mask << right) & full, flip: (flip << right) & full };
    default:
      return unreachable(expression.operator);
  }
}

const shifts = (expression: Expression): boolean => expression.kind === 'binary' && (expression.operator === '<<' || expression.operator === '>>' || shifts(expression.left));

function foldedReading(expression: Extract<Expression, { kind: 'binary' }>, family: Family, protocol: number | undefined): Reading | undefined {
  let root: Expression = expression;
  while (root.kind === 'binary') root = root.left;
  const inner = readingOf(root, family, protocol);
  if (inner === undefined) return undefined;
  // The kernel shifts words of the host's order, so that more than one byte of a header comes out in another order than it was written.
  if (root.kind === 'payload' && Math.ceil((root.offset % 8 + root.bits) / 8) > 1 && shifts(expression)) return undefined;
  const { shift, mask, flip } = fold(expression, inner.bits);
  return {
    bits: inner.bits,
    guard: inner.guard,
    test(outer, intervals) {
      const kept = mask & outer;
      const plain = flip === 0n ? intervals : intervals.every(({ min, max }) => min === max) ? intervals.map(({ min }) => ({ min: min ^ (flip & outer), max: min ^ (flip & outer) })) : undefined;
      if (plain === undefined) return undefined;
      if (kept === 0n) return holdsFor(plain, 0n) ? always : never;
      // Values with bits outside of the mask are never met; ranges take their part below it.
      const met = plain.filter(({ min, max }) => min !== max || (min & ~kept) === 0n);
      if (shift < 0n) return met.every(({ min, max }) => min === max) ? inner.test(kept >> -shift, met.map(({ min }) => ({ min: min >> -shift, max: min >> -shift }))) : undefined;
      return inner.test(kept << shift, met.map(({ min, max }) => ({ min: min << shift, max: max << shift })));
    },
  };
}
