import { byteLength, type ExternalTest, fieldBits, isExtensionField, unreachable, type CtStateFlag, type Interval, type Predicate, type PredicateOf, type Source } from '../../../src/ir/index.js';
import { complement } from '../../../src/ir/predicate.js';
import { match, single, type Expression, type Statement } from '../ast.js';
import { ctStateBits, ctStatusBits } from '../types.js';
import { refuse, rest, type RuleContext } from './context.js';
import { lowerExternal } from './external/index.js';
import { asNetwork, fieldTest } from './fields.js';
import { askedTogether, leavesOut } from './guards.js';
import { clockTest } from './clock.js';
import { limitStatement } from './limit.js';
import { alternatives, fails, all, any, constant, direct, type Condition } from './nodes.js';
import { presence } from './presence.js';
import { setTest } from './sets.js';

/** `negated` asks for the opposite; it is pushed down to the single tests, which nft can mostly turn round. */
export function lowerPredicate(predicate: Predicate, negated: boolean, context: RuleContext, source: Source): Condition {
  if (leavesOut(predicate, context)) return constant(!negated);
  switch (predicate.kind) {
    case 'constant':
      return constant(predicate.value !== negated);
    case 'and':
    case 'or': {
      if (isAnySocket(predicate)) return negated ? fails(anySocket) : anySocket;
      const changed = negated ? undefined : changedWhere(predicate, context, source);
      if (changed !== undefined) return changed;
      const { asked, load = undefined } = predicate.kind === 'and' ? askedTogether(predicate.operands, context) : { asked: predicate.operands };
      const parts = asked.map((operand) => (operand === load && operand.kind === 'present' ? presence(operand.what, negated, context, source) : lowerPredicate(operand, negated, context, source)));
      return (predicate.kind === 'and') !== negated ? all(parts) : any(parts);
    }
    case 'not':
      return lowerPredicate(predicate.operand, !negated, context, source);
    case 'field':
      return lowerField(predicate, negated, context, source);
    case 'present':
      return presence(predicate.what, negated, context, source);
    case 'interface': {
      const { direction, pattern } = predicate;
      if (pattern.prefix && pattern.name === '') return constant(!negated);
      const left: Expression = { kind: 'meta', key: direction === 'in' ? 'iifname' : 'oifname' };
      if (!interfaceFits(pattern.name, context)) {
        refuse(context, `the interface name ${JSON.stringify(pattern.name)}`, 'nft text has no escape for quotes and control bytes', 'translate --to nft-json', source);
      }
      if (!pattern.prefix && pattern.name.endsWith('*') && byteLength(pattern.name) > 14) {
        refuse(context, `the interface name ${JSON.stringify(pattern.name)}`, 'nft wants a backslash before a star at the end, and takes 15 bytes with it', `a name that begins so: iifname "${pattern.name.slice(0, 14)}*"`, source);
      }
      return direct({ kind: 'match', left, negated, right: { kind: 'interface', ...pattern } });
    }
    case 'ct-state':
      return lowerCtState(predicate.states, negated);
    case 'address-type':
      return lowerAddressType(predicate, negated);
    case 'set':
      return setTest(predicate, negated, context, source);
    case 'tcp-option':
      rest(context, 'plain-tcp-options', 'a test of TCP options', source);
      return direct({ kind: 'exists', what: { kind: 'tcp-option', option: predicate.option }, negated });
    case 'tcp-mss':
      return lowerMss(predicate, negated, context, source);
    case 'sctp-chunks':
      return lowerChunks(predicate, negated, context, source);
    case 'limit':
      return { kind: 'stateful', statement: limitStatement(predicate, negated, context, source) };
    case 'random':
      return { kind: 'stateful', statement: { kind: 'below', left: { kind: 'numgen', mode: 'random', modulus: 2 ** 31 }, negated, value: BigInt(predicate.probability) } };
    case 'nth':
      return { kind: 'stateful', statement: match({ kind: 'numgen', mode: 'inc', modulus: predicate.every }, [single(predicate.packet)], negated) };
    case 'external':
      return lowerExternal(predicate.test, negated, context, source);
    default:
      return unreachable(predicate);
  }
}

/** "Not where this holds, or the table is changed", which always holds; undefined where it is something else. */
function changedWhere({ kind, operands }: PredicateOf<'and' | 'or'>, context: RuleContext, source: Source): Condition | undefined {
  const [where, change, ...more] = operands;
  if (kind !== 'or' || where === undefined || change?.kind !== 'external' || !isChange(change.test) || more.length > 0) return undefined;
  const rows = alternatives(lowerPredicate(where, true, context, source));
  const done = lowerPredicate(change, false, context, source);
  if (rows === undefined || done.kind !== 'stateful') return undefined;
  return { kind: 'does', where: rows, statement: done.statement };
}

const isChange = ({ kind }: ExternalTest): boolean => kind === 'remember' || kind === 'enter' || kind === 'forget';

/** A backslash before the end would be read as an escape of a star that is not there. */
const interfaceFits = (name: string, context: RuleContext): boolean =>
  context.table.compilation.notation === 'json' ? !/[\u0000-\u001f\ud800-\udfff]/u.test(name) : /^[^"\u0000-\u001f\u007f\ud800-\udfff]+$/u.test(name);

function lowerField(predicate: PredicateOf<'field'>, negated: boolean, context: RuleContext, source: Source): Condition {
  const { family } = context;
  if (predicate.field === 'ip.protocol' && family === 6) rest(context, 'no-ipv6-authentication-headers', 'a test of the protocol in IPv6', source);
  if (predicate.field === 'clock.weekday') rest(context, 'kernel-clock-in-utc', 'a test of the weekday', source);
  if (predicate.field === 'clock.seconds') return clockTest(predicate, negated, family);
  if (predicate.field === 'ip.fragment-offset' && family === 6) return lowerFragmentOffset(predicate, negated, context, source);
  const network = asNetwork(predicate, family);
  if (isExtensionField(network.field) && network.mask !== (1n << BigInt(fieldBits(network.field, family))) - 1n) {
    refuse(context, 'an address of a routing header under this mask', 'nft 1.0.6 reads no mask there', 'give a prefix', source);
    return constant(false);
  }
  if (network.field === 'ct.protocol' && !negated && namesAnother(network.intervals, context)) {
    return direct(match({ kind: 'ct', key: 'protocol' }, complement(network.intervals, 255n), true));
  }
  const test = fieldTest(network, negated, family, context.protocol);
  if (typeof test === 'string') return constant(test === 'always');
  const portOfEntry = predicate.field.startsWith('ct.') && predicate.field.endsWith('-port');
  if (portOfEntry && namesAnother(entryProtocols(context), context)) {
    refuse(context, 'a port of a connection of another protocol', 'nft 1.0.6 reads such ports behind a test of one protocol alone, for packet and connection', 'a rule for the connection by its mark: `ct mark 0x1`', source);
    return constant(false);
  }
  return portOfEntry ? direct(entryProtocol(context), test) : direct(test);
}

/** Protocols that nft 1.0.6 has a header description of. */
const described: ReadonlySet<number> = new Set([1, 6, 17, 33, 50, 51, 58, 132, 136]);

/**
 * nft reads the ports of a connection only behind a test of one protocol. A set whose first element is one counts as that, even when
 * it holds all the others too: so a rule for any protocol can be said (but nft lists it in a form that it does not read again).
 */
function entryProtocol(context: RuleContext): Statement {
  const [only, ...more] = entryProtocols(context);
  const left: Expression = { kind: 'ct', key: 'protocol' };
  if (only !== undefined && more.length === 0 && only.min === only.max && described.has(Number(only.min))) return match(left, [only]);
  if (context.protocol !== undefined && described.has(context.protocol)) return match({ kind: 'meta', key: 'l4proto' }, [single(context.protocol)]);
  return match(left, [single(6), { min: 0n, max: 5n }, { min: 7n, max: 255n }]);
}

const entryProtocols = ({ rule }: RuleContext): readonly Interval[] =>
  rule.steps.flatMap((step) => (step.kind === 'test' && step.predicate.kind === 'field' && step.predicate.field === 'ct.protocol' ? step.predicate.intervals : []));

/**
 * Behind `ct protocol tcp` nft takes the packet for TCP, and refuses to look for the header of another protocol, although an ICMP error
 * belongs to a connection of TCP. What stands behind `!=` tells it nothing (measured).
 */
const namesAnother = (intervals: readonly Interval[], { protocol }: RuleContext): boolean =>
  protocol !== undefined && described.has(protocol) && intervals.some(({ min, max }) => min === max && Number(min) !== protocol);

/** Unfragmented IPv6 packets have no header to read: for nft 0 is "no such header, or 0 in it". */
function lowerFragmentOffset(predicate: PredicateOf<'field'>, negated: boolean, context: RuleContext, source: Source): Condition {
  rest(context, 'one-fragment-header', 'a test whether this is a later fragment', source);
  const test = fieldTest(predicate, negated, 6, context.protocol);
  if (typeof test === 'string') return constant(test === 'always');
  const zero = predicate.intervals.some(({ min }) => min === 0n) !== negated;
  return zero ? any([direct({ kind: 'exists', what: { kind: 'exthdr', header: 'frag' }, negated: true }), direct(test)]) : direct(test);
}

const ctState: Expression = { kind: 'ct', key: 'state' };
const ctStatus: Expression = { kind: 'ct', key: 'status' };

/** A packet has exactly one state; SNAT and DNAT are status bits, which only packets with an entry have. */
function lowerCtState(flags: readonly CtStateFlag[], negated: boolean): Condition {
  let states = 0n;
  let status = 0n;
  for (const flag of flags) {
    if (flag === 'SNAT') status |= BigInt(ctStatusBits.snat);
    else if (flag === 'DNAT') status |= BigInt(ctStatusBits.dnat);
    else states |= BigInt(ctStateBits[flag.toLowerCase() as 'invalid' | 'new' | 'related' | 'established' | 'untracked']);
  }
  const everyState = Object.values(ctStateBits).reduce((sum, bit) => sum | BigInt(bit), 0n);
  const inStates = (bits: bigint): Condition => (bits === 0n ? constant(false) : bits === everyState ? constant(true) : direct({ kind: 'match', left: ctState, negated: false, right: { kind: 'flags', bits } }));
  if (!negated) return any([inStates(states), ...(status === 0n ? [] : [direct({ kind: 'match', left: ctStatus, negated: false, right: { kind: 'flags', bits: status } })])]);
  const outside = inStates(everyState & ~states);
  if (status === 0n) return outside;
  const withoutEntry = BigInt(ctStateBits.invalid | ctStateBits.untracked);
  const noBit = direct(match({ kind: 'binary', operator: '&', left: ctStatus, right: status }, [single(0)]));
  return all([outside, any([inStates(withoutEntry), noBit])]);
}

const routingTypes = ['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE'];

function lowerAddressType(predicate: PredicateOf<'address-type'>, negated: boolean): Condition {
  const left: Expression = {
    kind: 'fib',
    address: predicate.address === 'source' ? 'saddr' : 'daddr',
    ...(predicate.via === undefined ? {} : { via: predicate.via === 'in' ? 'iif' : 'oif' }),
  };
  const values = predicate.types.map((type) => routingTypes.indexOf(type)).sort((a, b) => a - b);
  return direct(match(left, values.map(single), negated));
}

function lowerMss(predicate: PredicateOf<'tcp-mss'>, negated: boolean, context: RuleContext, source: Source): Condition {
  rest(context, 'plain-tcp-options', 'the match tcpmss', source);
  const size = (opposite: boolean): Condition => direct(match({ kind: 'tcp-option', option: 2, field: 'size' }, [predicate.interval], opposite));
  return negated ? any([direct({ kind: 'exists', what: { kind: 'tcp-option', option: 2 }, negated: true }), size(true)]) : size(false);
}

/** Chunk types that nft 1.0.6 has a name for. */
const chunkNames: Readonly<Record<number, string>> = {
  0: 'data', 1: 'init', 2: 'init-ack', 3: 'sack', 4: 'heartbeat', 5: 'heartbeat-ack', 6: 'abort', 7: 'shutdown', 8: 'shutdown-ack', 9: 'error',
  10: 'cookie-echo', 11: 'cookie-ack', 12: 'ecne', 13: 'cwr', 14: 'shutdown-complete', 128: 'asconf-ack', 192: 'forward-tsn', 193: 'asconf',
};

function lowerChunks(predicate: PredicateOf<'sctp-chunks'>, negated: boolean, context: RuleContext, source: Source): Condition {
  const parts = predicate.chunks.map((chunk) => {
    const name = chunkNames[chunk.type];
    return name === undefined || chunk.flagMask !== 0 ? undefined : direct({ kind: 'exists', what: { kind: 'sctp-chunk', name, type: chunk.type }, negated });
  });
  const known = parts.filter((part) => part !== undefined);
  if (predicate.scope === 'only' || known.length < parts.length) {
    refuse(context, 'this test of SCTP chunks', 'nft 1.0.6 can only ask whether a chunk of a type it has a name for is there', 'name the chunks with any or all, without flags', source);
    return constant(false);
  }
  return (predicate.scope === 'all') !== negated ? all(known) : any(known);
}

/** Sockets of both kinds have a control group. */
const anySocket = direct({ kind: 'loads', left: { kind: 'meta', key: 'cgroup' }, bits: 32 });
const isAnySocket = ({ kind, operands }: PredicateOf<'and' | 'or'>): boolean =>
  kind === 'or' && operands.length === 2 && operands.every((one) => one.kind === 'present' && (one.what.kind === 'socket' || one.what.kind === 'kernel-socket'));
