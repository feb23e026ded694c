import { unreachable, type Family } from '../../src/ir/index.js';
import type { ElementTest, Existence, NftLog, NftNat, NftSynproxy, Statement, StatementOf } from './ast.js';
import { openEnd, printExpression, printOperand, printValue, trafficClass } from './print-value.js';
import { rejectText } from './reject.js';
import { formatAddress, typeOf } from './types.js';

export interface PrintContext {
  readonly family: Family;
  /** Variables for prefixes of logs that hold `$`. */
  readonly prefixes: Map<string, string>;
}

/** nft 1.0.6 merges two `!=` tests on neighbouring header bytes into one wider `!=`; it leaves ranges alone. */
export const payloadInequalities = (statements: readonly Statement[]): number =>
  statements.filter((s) => s.kind === 'match' && s.negated && s.left.kind === 'payload' && s.right.kind === 'intervals' && s.right.intervals.length === 1).length;

export function printStatement(statement: Statement, context: PrintContext, ranged: boolean): string {
  switch (statement.kind) {
    case 'match':
      return printMatch(statement, context, ranged);
    case 'loads':
      return statement.left.kind === 'payload' || statement.left.kind === 'exthdr' ? `${printExpression(statement.left, context.family)} >= 0` : `${printExpression(statement.left, context.family)} 0-${2n ** BigInt(statement.bits) - 1n}`;
    case 'below':
      return `${printExpression(statement.left, context.family)} ${statement.negated ? '>=' : '<'} ${statement.value}`;
    case 'exists':
      return `${existence(statement.what)} ${statement.negated ? 'missing' : 'exists'}`;
    case 'limit':
      return `limit rate ${statement.over ? 'over ' : ''}${statement.rate}/${statement.unit} burst ${statement.burst} packets`;
    case 'quota':
      return `quota ${statement.over ? 'over' : 'until'} ${statement.bytes} bytes`;
    case 'update':
      return `${statement.operation} @${statement.set} { ${[printExpression(statement.key, context.family), ...(statement.timeout === undefined ? [] : [`timeout ${statement.timeout}s`]), ...(statement.asks === undefined ? [] : [elementTest(statement.asks)])].join(' ')} }`;
    case 'label':
      return `ct label ${statement.negated ? '! ' : ''}${statement.bit}`;
    case 'set-label':
      return `ct label set ${statement.bit}`;
    case 'helper':
      return `ct helper ${negationOf(statement)}${nameList(statement.names)}`;
    case 'osf':
      return `osf ${statement.ttl === undefined ? '' : `ttl ${statement.ttl} `}name ${negationOf(statement)}${nameList(statement.names)}`;
    case 'counter':
      return statement.packets === 0n && statement.bytes === 0n ? 'counter' : `counter packets ${statement.packets} bytes ${statement.bytes}`;
    case 'log':
      return printLog(statement.log, context);
    case 'set':
      return `${printTarget(statement.target, context.family)} set ${printAssigned(statement, context.family)}`;
    case 'nat':
      return printNat(statement.nat, context.family);
    case 'notrack':
      return 'notrack';
    case 'account':
      return `counter name "${statement.name}"`;
    case 'ct-helper':
      return `ct helper set "${statement.name}"`;
    case 'ct-events':
      return `ct event set ${statement.events.map((event) => (eventKeywords.has(event) ? `"${event}"` : event)).join(',')}`;
    case 'ct-zone':
      return `ct ${statement.direction === undefined ? '' : `${statement.direction} `}zone set ${statement.zone}`;
    case 'reject':
      return `reject with ${rejectText(statement.with)}`;
    case 'dup':
      return `dup to ${formatAddress(context.family, statement.address)}${statement.device === undefined ? '' : ` device "${statement.device}"`}`;
    case 'tproxy':
      return `tproxy to ${proxyText(statement, context.family)}`;
    case 'queue':
      return printQueue(statement);
    case 'synproxy':
      return printSynproxy(statement.proxy);
    case 'reset-option':
      return `reset tcp option ${statement.option}`;
    case 'verdict':
      return statement.verdict;
    case 'jump':
    case 'goto':
      return `${statement.kind} ${statement.chain}`;
    default:
      return unreachable(statement);
  }
}

const printAssigned = (statement: StatementOf<'set'>, family: Family): string => assignedClass(statement) ?? printExpression(statement.value, family);

/** What a priority is set to, as a traffic class; undefined where something else is set. */
export const assignedClass = ({ target, value }: StatementOf<'set'>): string | undefined =>
  target.kind === 'meta' && target.key === 'priority' && value.kind === 'value' ? trafficClass(value.value) : undefined;

/** Major and minor number of a traffic class. */
function proxyText({ address, port }: StatementOf<'tproxy'>, family: Family): string {
  const host = address === undefined ? '' : family === 6 && port !== undefined ? `[${formatAddress(family, address)}]` : formatAddress(family, address);
  return `${host}${port === undefined ? '' : `:${port}`}`;
}

export const queueFlags = ({ bypass, fanout }: StatementOf<'queue'>): readonly string[] => [...(bypass === true ? ['bypass'] : []), ...(fanout === true ? ['fanout'] : [])];

function printQueue(statement: StatementOf<'queue'>): string {
  const { min, max } = statement;
  const words = queueFlags(statement);
  return `queue num ${min === max ? min : `${min}-${max}`}${words.length === 0 ? '' : ` ${words.join(',')}`}`;
}

export const synproxyFlags = ({ timestamp, sackPermitted }: NftSynproxy): readonly string[] => [...(timestamp === true ? ['timestamp'] : []), ...(sackPermitted === true ? ['sack-perm'] : [])];

const printSynproxy = (proxy: NftSynproxy): string =>
  ['synproxy', ...(proxy.mss === undefined ? [] : [`mss ${proxy.mss}`]), ...(proxy.windowScale === undefined ? [] : [`wscale ${proxy.windowScale}`]), ...synproxyFlags(proxy)].join(' ');

/** Names that are words of nft's grammar where they stand alone (measured). */
const eventKeywords: ReadonlySet<string> = new Set(['helper', 'mark', 'secmark']);

function elementTest(asks: ElementTest): string {
  const over = asks.over ? 'over ' : '';
  switch (asks.kind) {
    case 'connections':
      return `ct count ${over}${asks.limit}`;
    case 'packets':
      return `limit rate ${over}${asks.rate}/${asks.unit} burst ${asks.burst} packets`;
    case 'bytes':
      return `limit rate ${over}${asks.rate} bytes/${asks.unit} burst ${asks.burst} bytes`;
    default:
      return unreachable(asks);
  }
}

const negationOf = ({ negated }: { readonly negated: boolean }): string => (negated ? '!= ' : '');

function nameList(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length === 1 ? quoted.join('') : `{ ${quoted.join(', ')} }`;
}

export const wayBackFlags = ({ via, mark }: Extract<Existence, { kind: 'way-back' }>): readonly string[] => ['saddr', ...(mark ? ['mark'] : []), ...(via ? ['iif'] : [])];

function existence(what: Existence): string {
  switch (what.kind) {
    case 'exthdr':
      return `exthdr ${what.header}`;
    case 'tcp-option':
      return `tcp option ${what.option}`;
    case 'ipsec':
      return what.direction === 'in' ? 'meta ipsec' : 'rt ipsec';
    case 'way-back':
      return `fib ${wayBackFlags(what).join(' . ')} oif`;
    case 'sctp-chunk':
      return `sctp chunk ${what.name}`;
    default:
      return unreachable(what);
  }
}

function printMatch({ left, negated, right, ranged: own }: StatementOf<'match'>, context: PrintContext, ranged: boolean): string {
  const subject = printExpression(left, context.family);
  const open = right.kind === 'intervals' ? openEnd(right.intervals, typeOf(left), negated) : undefined;
  if (open !== undefined) return `${subject} ${open.operator} ${printValue(open.value, typeOf(left), context.family)}`;
  const rangedHere = own === true || (ranged && negated && left.kind === 'payload');
  if (right.kind === 'intervals' && left.kind === 'binary' && right.intervals.length === 1) {
    return `${subject} ${negated ? '!=' : '=='} ${printOperand(right, left, context.family, rangedHere)}`;
  }
  return `${subject} ${negated ? '!= ' : ''}${printOperand(right, left, context.family, rangedHere)}`;
}

function printTarget(target: StatementOf<'set'>['target'], family: Family): string {
  if (target.kind === 'tcp-option') return `tcp option maxseg ${target.field}`;
  return printExpression(target, family);
}

const syslogLevels = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;
export const levelName = (level: number): string => syslogLevels[level] ?? 'warn';

function printLog(log: NftLog, context: PrintContext): string {
  const flags = [log.tcpSequence === true ? 'sequence' : '', log.tcpOptions === true ? 'options' : ''].filter((flag) => flag !== '');
  return [
    'log',
    ...(log.prefix === undefined || log.prefix === '' ? [] : [`prefix "${prefixText(log.prefix, context)}"`]),
    ...(log.group === undefined ? [] : [`group ${log.group}`]),
    ...(log.size === undefined ? [] : [`snaplen ${log.size}`]),
    ...(log.threshold === undefined ? [] : [`queue-threshold ${log.threshold}`]),
    ...(log.audit === true ? ['level audit'] : log.level === undefined ? [] : [`level ${levelName(log.level)}`]),
    ...(flags.length > 0 ? [`flags tcp ${flags.join(',')}`] : []),
    ...(log.ipOptions === true ? ['flags ip options'] : []),
    ...(log.uid === true ? ['flags skuid'] : []),
    ...(log.macdecode === true ? ['flags ether'] : []),
  ].join(' ');
}

function prefixText(prefix: string, context: PrintContext): string {
  if (!prefix.includes('$')) return prefix;
  let name = context.prefixes.get(prefix);
  if (name === undefined) {
    name = `log_prefix_${context.prefixes.size + 1}`;
    context.prefixes.set(prefix, name);
  }
  return `$${name}`;
}

function printNat(nat: NftNat, family: Family): string {
  const ports = nat.portMap !== undefined ? ` : ${printExpression(nat.portMap, family)}` : nat.ports === undefined ? '' : `:${nat.ports.min === nat.ports.max ? nat.ports.min : `${nat.ports.min}-${nat.ports.max}`}`;
  const bracket = family === 6 && ports !== '';
  const address = (value: bigint): string => (bracket ? `[${formatAddress(family, value)}]` : formatAddress(family, value));
  const { addresses, prefix } = nat;
  const to = addresses === undefined ? '' : prefix !== undefined ? `${address(addresses.min)}/${prefix}` : addresses.min === addresses.max ? address(addresses.min) : `${address(addresses.min)}-${address(addresses.max)}`;
  return [
    nat.kind,
    ...(prefix === undefined ? [] : ['prefix']),
    ...(to + ports === '' ? [] : [`to ${to}${ports}`]),
    ...(natFlags(nat).length > 0 ? [natFlags(nat).join(',')] : []),
  ].join(' ');
}

export const natFlags = (nat: NftNat): readonly string[] => [
  ...(nat.random === true ? ['random'] : []),
  ...(nat.fullyRandom === true ? ['fully-random'] : []),
  ...(nat.persistent === true ? ['persistent'] : []),
];
