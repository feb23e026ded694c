import { addressBits, unreachable, type Family, type Interval } from '../../src/ir/index.js';
import type { ElementTest, Existence, Expression, NftChain, NftElement, NftHelper, NftLog, NftNat, NftRule, NftScript, NftSet, NftSynproxy, NftTable, Operand, Payload, SetKey, Statement, StatementOf } from './ast.js';
import { rejectText } from './reject.js';
import { bitNames, ctStateBits, ctStatusBits, fibTypes, formatAddress, formatMac, networkLength, packetTypes, protocolNames, tcpFlagNames, typeOf, type ValueType } from './types.js';

export interface PrintOptions {
  /** Comment lines at the top, without `#`. */
  readonly header: readonly string[];
  /** `# line N` above each rule. */
  readonly sourceLines: boolean;
}

/**
 * One transaction that nft 1.0.6 loads. Each table is declared, deleted and defined, so that loading works on an empty machine and
 * twice is once. Prefixes of log rules that hold `$` go through variables, since nft expands `$name` inside them and has no escape.
 */
export function printScript(script: NftScript, options: PrintOptions): string {
  const prefixes = new Map<string, string>();
  const tables = script.tables.map((table) => printTable(table, options, prefixes));
  const defines = Array.from(prefixes, ([text, name]) => `define ${name} = "${text}"`);
  return [
    '#!/usr/sbin/nft -f',
    ...options.header.map((line) => (line === '' ? '#' : `# ${line}`)),
    '',
    ...(defines.length > 0 ? [...defines, ''] : []),
    tables.join('\n'),
  ].join('\n');
}

interface PrintContext {
  readonly family: Family;
  readonly prefixes: Map<string, string>;
}

export const nftFamily = (family: Family): 'ip' | 'ip6' => (family === 4 ? 'ip' : 'ip6');

function printTable(table: NftTable, options: PrintOptions, prefixes: Map<string, string>): string {
  const context = { family: table.family, prefixes };
  const name = `${nftFamily(table.family)} ${table.name}`;
  const blocks = [
    ...table.helpers.map((helper) => printHelper(helper, table.family)),
    ...table.accounts.map((account) => `\tcounter ${account} {\n\t}`),
    ...table.sets.map((set) => printSet(set, table.family)),
    ...table.chains.map((chain) => printChain(chain, options, context)),
  ];
  return `table ${name}\ndelete table ${name}\ntable ${name} {\n${blocks.join('\n\n')}${blocks.length > 0 ? '\n' : ''}}\n`;
}

const printHelper = (helper: NftHelper, family: Family): string =>
  `\tct helper ${helper.name} {\n\t\ttype "${helper.helper}" protocol ${helper.protocol}\n\t\tl3proto ${nftFamily(family)}\n\t}`;

function printChain(chain: NftChain, options: PrintOptions, context: PrintContext): string {
  const lines: string[] = [];
  if (chain.base !== undefined) {
    const { type, hook, priority, policy } = chain.base;
    lines.push(`type ${type} hook ${hook.toLowerCase()} priority ${priority}; policy ${policy};`);
  }
  let line: number | undefined;
  for (const rule of chain.rules) {
    if (options.sourceLines && rule.origin !== undefined && rule.origin.line !== line) {
      line = rule.origin.line;
      lines.push(`# line ${line}`);
    }
    lines.push(printRule(rule, context));
  }
  return `\tchain ${chain.name} {\n${lines.map((text) => `\t\t${text}\n`).join('')}\t}`;
}

function printRule(rule: NftRule, context: PrintContext): string {
  const ranged = payloadInequalities(rule.statements) > 1;
  const words = rule.statements.map((statement) => printStatement(statement, context, ranged));
  return [...words, ...(rule.comment === undefined ? [] : [`comment "${rule.comment}"`])].join(' ');
}

/** nft 1.0.6 merges two `!=` tests on neighbouring header bytes into one wider `!=`; it leaves ranges alone. */
export const payloadInequalities = (statements: readonly Statement[]): number =>
  statements.filter((s) => s.kind === 'match' && s.negated && s.left.kind === 'payload' && s.right.kind === 'intervals' && s.right.intervals.length === 1).length;

function printStatement(statement: Statement, context: PrintContext, ranged: boolean): string {
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
const trafficClass = (value: bigint): string => `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;

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

function printOperand(right: Operand, left: Expression, family: Family, ranged: boolean): string {
  switch (right.kind) {
    case 'intervals': {
      const listed = inBraces(left);
      const texts = right.intervals.map((interval) => printInterval(interval, typeOf(left), family, listed || (ranged && right.intervals.length === 1)));
      return texts.length === 1 && !listed ? (texts[0] ?? '') : `{ ${texts.join(', ')} }`;
    }
    case 'interface':
      return printInterface(right.name, right.prefix);
    case 'flags':
      return flagNames(right.bits, typeOf(left)).join(',');
    case 'set':
      return `@${right.name}`;
    default:
      return unreachable(right);
  }
}

/** nft 1.0.6 reads an address of a routing header as one value or as a list of ranges, and lists no prefix of it as it was. */
export const inBraces = (left: Expression): boolean => left.kind === 'exthdr' && left.bits === 128;

/** A star at the end of a name is nft's wildcard unless a backslash stands before it. */
export const interfaceText = (name: string, prefix: boolean): string => (prefix ? `${name}*` : name.endsWith('*') ? `${name.slice(0, -1)}\\*` : name);
const printInterface = (name: string, prefix: boolean): string => `"${interfaceText(name, prefix)}"`;

export function flagNames(bits: bigint, type: ValueType): readonly string[] {
  const names = type === 'ct-state' ? ctStateBits : type === 'ct-status' ? ctStatusBits : tcpFlagNames;
  return bitNames(bits, names) ?? [`0x${bits.toString(16)}`];
}

/** One interval of `meta time` without a beginning or an end: nft writes no number for either. */
export function openEnd([only, ...more]: readonly Interval[], type: ValueType, negated: boolean): { readonly operator: '>=' | '<'; readonly value: bigint } | undefined {
  if (only === undefined || more.length > 0 || (type !== 'nanoseconds' && type !== 'counter')) return undefined;
  if (only.max === (1n << 64n) - 1n) return { operator: negated ? '<' : '>=', value: only.min };
  return only.min === 0n && only.max > 0n ? { operator: negated ? '>=' : '<', value: only.max + 1n } : undefined;
}

function printInterval({ min, max }: Interval, type: ValueType, family: Family, ranged: boolean): string {
  if (min === max && !ranged) return printValue(min, type, family);
  if (type === 'address') {
    const length = networkLength(addressBits(family), min, max);
    if (length !== undefined && !ranged) return `${formatAddress(family, min)}/${length}`;
  }
  const plain = type === 'protocol' || type === 'ct-direction' || type === 'packet-type' ? 'integer' : type;
  return `${printValue(min, plain, family)}-${printValue(max, plain, family)}`;
}

export function printValue(value: bigint, type: ValueType, family: Family): string {
  switch (type) {
    case 'address':
      return formatAddress(family, value);
    case 'hex':
      return `0x${value.toString(16)}`;
    case 'protocol':
      return protocolNames[Number(value)] ?? value.toString();
    case 'tcp-flags':
      return bitNames(value, tcpFlagNames)?.join('|') ?? `0x${value.toString(16)}`;
    case 'ct-state':
      return bitNames(value, ctStateBits)?.join(',') ?? value.toString();
    case 'ct-status':
      return `0x${value.toString(16)}`;
    case 'ct-direction':
      return value === 0n ? 'original' : value === 1n ? 'reply' : value.toString();
    case 'packet-type':
      return packetTypes[Number(value)] ?? value.toString();
    case 'fib-type':
      return fibTypes[Number(value)] ?? value.toString();
    case 'ethernet':
      return formatMac(value);
    case 'milliseconds':
      return milliseconds(value);
    case 'traffic-class':
      return trafficClass(value);
    case 'nanoseconds':
      return (value / 1_000_000_000n).toString();
    case 'integer':
    case 'port':
    case 'interface':
    case 'counter':
      return value.toString();
    default:
      return unreachable(type);
  }
}

function milliseconds(value: bigint): string {
  const seconds = value / 1000n;
  const rest = value % 1000n;
  return rest === 0n ? `${seconds}s` : `${seconds === 0n ? '' : `${seconds}s`}${rest}ms`;
}

export function printExpression(expression: Expression, family: Family): string {
  switch (expression.kind) {
    case 'payload':
      return payloadText(expression);
    case 'meta':
      return expression.key === 'iifname' || expression.key === 'oifname' ? expression.key : `meta ${expression.key}`;
    case 'ct': {
      const address = expression.key === 'saddr' || expression.key === 'daddr';
      return ['ct', expression.direction, address ? nftFamily(family) : undefined, expression.key].filter((word) => word !== undefined).join(' ');
    }
    case 'exthdr':
      return `${expression.header} ${expression.field}`;
    case 'tcp-option':
      return `tcp option maxseg ${expression.field}`;
    case 'fib':
      return `fib ${expression.address}${expression.via === undefined ? '' : ` . ${expression.via}`} type`;
    case 'socket':
      return `socket ${expression.key}`;
    case 'jhash':
      return `jhash ct original ${nftFamily(family)} saddr mod ${expression.modulus} seed 0x${expression.seed.toString(16)}`;
    case 'ipsec':
      return `ipsec ${expression.direction}${expression.layer === 0 ? '' : ` spnum ${expression.layer}`} ${expression.key}`;
    case 'numgen':
      return `numgen ${expression.mode} mod ${expression.modulus}`;
    case 'binary': {
      const names = typeOf(expression.left) === 'tcp-flags' ? bitNames(expression.right, tcpFlagNames) : undefined;
      const right = names === undefined ? maskText(expression, family) : names.length > 1 ? `(${names.join('|')})` : names.join('');
      return `${printExpression(expression.left, family)} ${expression.operator} ${right}`;
    }
    case 'concat':
      return expression.parts.map((part) => printExpression(part, family)).join(' . ');
    case 'map': {
      const entries = expression.entries.map(({ key, value }) => `${printInterval(key, typeOf(expression.key), family, false)} : ${value}`);
      return `${printExpression(expression.key, family)} map { ${entries.join(', ')} }`;
    }
    case 'value':
      return `0x${expression.value.toString(16)}`;
    case 'route-mss':
      return 'rt mtu';
    default:
      return unreachable(expression);
  }
}

function maskText({ left, operator, right }: Extract<Expression, { kind: 'binary' }>, family: Family): string {
  if (operator === '<<' || operator === '>>') return right.toString();
  return typeOf(left) === 'address' ? formatAddress(family, right) : `0x${right.toString(16)}`;
}

const payloadText = (payload: Payload): string => payload.name ?? `@${payload.base},${payload.offset},${payload.bits}`;

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

export const setKeyType = (key: SetKey, family: Family): string =>
  ({ address: family === 4 ? 'ipv4_addr' : 'ipv6_addr', protocol: 'inet_proto', port: 'inet_service', mark: 'mark', ifname: 'ifname', ether: 'ether_addr' })[key];

export const setKeyValue: { readonly [K in SetKey]: ValueType } = { address: 'address', protocol: 'protocol', port: 'port', mark: 'hex', ifname: 'interface', ether: 'ethernet' };

/** `dynamic` stands in text alone: nft 1.0.6 does not know it in JSON, where a rule that adds elements makes a set dynamic. */
export const setFlags = (set: NftSet): readonly string[] => [...(set.interval ? ['interval'] : []), ...(set.timeouts ? ['timeout'] : [])];

function printSet(set: NftSet, family: Family): string {
  const flags = [...(set.dynamic === true ? ['dynamic'] : []), ...setFlags(set)];
  const lines = [
    `type ${set.keys.map((key) => setKeyType(key, family)).join(' . ')}`,
    ...(set.size === undefined ? [] : [`size ${set.size}`]),
    ...(flags.length > 0 ? [`flags ${flags.join(', ')}`] : []),
    ...(set.timeout === undefined ? [] : [`timeout ${set.timeout}s`]),
    ...(set.comment === undefined ? [] : [`comment "${set.comment}"`]),
    ...(set.elements.length > 0 ? [`elements = {\n${set.elements.map((element) => `\t\t\t${printElement(element, set.keys, family)}`).join(',\n')}\n\t\t}`] : []),
  ];
  return `\tset ${set.name} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}`;
}

function printElement(element: NftElement, keys: readonly SetKey[], family: Family): string {
  const parts = element.parts.map((part, index) => {
    const key = keys[index] ?? 'mark';
    return 'name' in part ? `"${interfaceText(part.name, false)}"` : printInterval(part, setKeyValue[key], family, false);
  });
  return [
    parts.join(' . '),
    ...(element.timeout === undefined ? [] : [`timeout ${element.timeout}s`]),
    ...(element.comment === undefined ? [] : [`comment "${element.comment}"`]),
  ].join(' ');
}
