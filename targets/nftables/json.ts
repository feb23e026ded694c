import { addressBits, unreachable, type Family, type Interval } from '../../src/ir/index.js';
import type { ElementTest, Existence, Expression, NftElement, NftLog, NftNat, NftRule, NftScript, NftSet, NftSynproxy, NftTable, Operand, Payload, SetKey, Statement, StatementOf } from './ast.js';
import { setFlags, setKeyType, setKeyValue } from './print-set.js';
import { assignedClass, levelName, natFlags, payloadInequalities, queueFlags, synproxyFlags, wayBackFlags } from './print-statement.js';
import { flagNames, inBraces, interfaceText, openEnd } from './print-value.js';
import { rejectNames } from './reject.js';
import { bitNames, ctStateBits, fibTypes, formatAddress, formatMac, networkLength, nftFamily, packetTypes, protocolNames, tcpOptionNames, typeOf, type ValueType } from './types.js';

type Json = string | number | bigint | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The script in the schema of `nft -j -f`. Header lines go into a first object that nft passes over. */
export function printJson(script: NftScript, options: { readonly header: readonly string[] }): string {
  const commands: Json[] = [{ metainfo: { json_schema_version: 1 } }];
  for (const table of script.tables) {
    const head = { family: nftFamily(table.family), name: table.name };
    commands.push({ add: { table: head } }, { delete: { table: head } }, { add: { table: head } }, ...contents(table));
  }
  const lines = commands.map(jsonText);
  return `{"ferrule": ${JSON.stringify(options.header)},\n"nftables": [\n${lines.join(',\n')}\n]}\n`;
}

/** JSON.stringify writes no bigint, and nft reads whole numbers of 63 bits. */
function jsonText(json: Json): string {
  if (typeof json === 'bigint') return json.toString();
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  if (isList(json)) return `[${json.map(jsonText).join(',')}]`;
  return `{${Object.entries(json).map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`).join(',')}}`;
}

const isList = (json: Json): json is readonly Json[] => Array.isArray(json);

/** Chains before rules, since rules may jump to any of them. */
function contents(table: NftTable): readonly Json[] {
  const owner = { family: nftFamily(table.family), table: table.name };
  return [
    ...table.helpers.map(({ name, helper, protocol }): Json => ({ add: { 'ct helper': { ...owner, name, type: helper, protocol, l3proto: nftFamily(table.family) } } })),
    ...table.accounts.map((name): Json => ({ add: { counter: { ...owner, name } } })),
    ...table.sets.map((set): Json => ({ add: { set: { ...owner, ...setJson(set, table.family) } } })),
    ...table.chains.map(({ name, base }): Json => ({
      add: { chain: { ...owner, name, ...(base === undefined ? {} : { type: base.type, hook: base.hook.toLowerCase(), prio: base.priority, policy: base.policy }) } },
    })),
    ...table.chains.flatMap(({ name, rules }) => rules.map((rule): Json => ({ add: { rule: { ...owner, chain: name, ...ruleJson(rule, table.family) } } }))),
  ];
}

function ruleJson(rule: NftRule, family: Family): { readonly [key: string]: Json } {
  const ranged = payloadInequalities(rule.statements) > 1;
  return { expr: rule.statements.map((statement) => statementJson(statement, family, ranged)), ...(rule.comment === undefined ? {} : { comment: rule.comment }) };
}

function statementJson(statement: Statement, family: Family, ranged: boolean): Json {
  switch (statement.kind) {
    case 'match':
      return matchJson(statement, family, ranged);
    case 'loads': {
      const payload = statement.left.kind === 'payload' || statement.left.kind === 'exthdr';
      return { match: { op: payload ? '>=' : '==', left: expressionJson(statement.left, family), right: payload ? 0 : { range: [0, 2 ** statement.bits - 1] } } };
    }
    case 'below':
      return { match: { op: statement.negated ? '>=' : '<', left: expressionJson(statement.left, family), right: Number(statement.value) } };
    case 'exists':
      return { match: { op: '==', left: existenceJson(statement.what), right: !statement.negated } };
    case 'limit':
      return { limit: { rate: statement.rate, per: statement.unit, burst: statement.burst, ...(statement.over ? { inv: true } : {}) } };
    case 'quota':
      return { quota: { val: statement.bytes, val_unit: 'bytes', ...(statement.over ? { inv: true } : {}) } };
    case 'update':
      return { set: { op: statement.operation, elem: keptJson(expressionJson(statement.key, family), statement.timeout), set: `@${statement.set}`, ...(statement.asks === undefined ? {} : { stmt: [elementTestJson(statement.asks)] }) } };
    case 'label':
      return { match: { op: statement.negated ? '!' : 'in', left: { ct: { key: 'label' } }, right: statement.bit } };
    case 'set-label':
      return { mangle: { key: { ct: { key: 'label' } }, value: statement.bit } };
    case 'helper':
      return nameMatch({ ct: { key: 'helper' } }, statement.names, statement.negated);
    case 'osf':
      return nameMatch({ osf: { key: 'name', ...(statement.ttl === undefined ? {} : { ttl: statement.ttl }) } }, statement.names, statement.negated);
    case 'counter':
      return { counter: { packets: Number(statement.packets), bytes: Number(statement.bytes) } };
    case 'log':
      return { log: logJson(statement.log) };
    case 'set':
      return { mangle: { key: targetJson(statement.target, family), value: assignedJson(statement, family) } };
    case 'nat':
      return natJson(statement.nat, family);
    case 'notrack':
      return { notrack: null };
    case 'account':
      return { counter: statement.name };
    case 'ct-helper':
      return { 'ct helper': statement.name };
    case 'ct-events':
      return { mangle: { key: { ct: { key: 'event' } }, value: [...statement.events] } };
    case 'ct-zone':
      return { mangle: { key: { ct: { key: 'zone', ...(statement.direction === undefined ? {} : { dir: statement.direction }) } }, value: statement.zone } };
    case 'reject': {
      const { type, code } = rejectNames[statement.with];
      return { reject: { type, ...(code === undefined ? {} : { expr: code }) } };
    }
    case 'dup':
      return { dup: { addr: formatAddress(family, statement.address), ...(statement.device === undefined ? {} : { dev: statement.device }) } };
    case 'tproxy':
      return { tproxy: { ...(statement.address === undefined ? {} : { addr: formatAddress(family, statement.address) }), ...(statement.port === undefined ? {} : { port: statement.port }) } };
    case 'queue': {
      const flags = [...queueFlags(statement)];
      return { queue: { num: statement.min === statement.max ? statement.min : { range: [statement.min, statement.max] }, ...(flags.length === 0 ? {} : { flags }) } };
    }
    case 'synproxy':
      return synproxyJson(statement.proxy);
    case 'reset-option':
      return { reset: optionJson(statement.option, 0) };
    case 'verdict':
      return { [statement.verdict]: null };
    case 'jump':
    case 'goto':
      return { [statement.kind]: { target: statement.chain } };
    default:
      return unreachable(statement);
  }
}

const assignedJson = (statement: StatementOf<'set'>, family: Family): Json => assignedClass(statement) ?? expressionJson(statement.value, family);

function synproxyJson(proxy: NftSynproxy): Json {
  const { mss, windowScale } = proxy;
  const flags = [...synproxyFlags(proxy)];
  const body = { ...(mss === undefined ? {} : { mss }), ...(windowScale === undefined ? {} : { wscale: windowScale }), ...(flags.length === 0 ? {} : { flags }) };
  return { synproxy: Object.keys(body).length === 0 ? null : body };
}

const keptJson = (key: Json, timeout: number | undefined): Json => (timeout === undefined ? key : { elem: { val: key, timeout } });

function elementTestJson(asks: ElementTest): Json {
  const over = asks.over ? { inv: true } : {};
  switch (asks.kind) {
    case 'connections':
      return { 'ct count': { val: asks.limit, ...over } };
    case 'packets':
      return { limit: { rate: asks.rate, per: asks.unit, burst: asks.burst, ...over } };
    case 'bytes':
      return { limit: { rate: asks.rate, rate_unit: 'bytes', per: asks.unit, burst: asks.burst, burst_unit: 'bytes', ...over } };
    default:
      return unreachable(asks);
  }
}

function matchJson({ left, negated, right, ranged: own }: StatementOf<'match'>, family: Family, ranged: boolean): Json {
  const open = right.kind === 'intervals' ? openEnd(right.intervals, typeOf(left), negated) : undefined;
  if (open !== undefined) return { match: { op: open.operator, left: expressionJson(left, family), right: valueJson(open.value, typeOf(left), family) } };
  const op = negated ? '!=' : right.kind === 'flags' ? 'in' : '==';
  return { match: { op, left: expressionJson(left, family), right: operandJson(right, left, family, own === true || (ranged && negated && left.kind === 'payload')) } };
}

function operandJson(right: Operand, left: Expression, family: Family, ranged: boolean): Json {
  switch (right.kind) {
    case 'intervals': {
      const listed = inBraces(left);
      const values = right.intervals.map((interval) => intervalJson(interval, typeOf(left), family, listed || (ranged && right.intervals.length === 1)));
      return values.length === 1 && !listed ? (values[0] ?? null) : { set: values };
    }
    case 'interface':
      return interfaceText(right.name, right.prefix);
    case 'flags': {
      const names = flagNames(right.bits, typeOf(left));
      return names.length === 1 ? (names[0] ?? null) : [...names];
    }
    case 'set':
      return `@${right.name}`;
    default:
      return unreachable(right);
  }
}

function intervalJson({ min, max }: Interval, type: ValueType, family: Family, ranged: boolean): Json {
  if (min === max && !ranged) return valueJson(min, type, family);
  const length = type === 'address' && !ranged ? networkLength(addressBits(family), min, max) : undefined;
  if (length !== undefined) return { prefix: { addr: formatAddress(family, min), len: length } };
  const plain = type === 'address' || type === 'ethernet' || type === 'nanoseconds' ? type : 'integer';
  return { range: [valueJson(min, plain, family), valueJson(max, plain, family)] };
}

function valueJson(value: bigint, type: ValueType, family: Family): Json {
  switch (type) {
    case 'address':
      return formatAddress(family, value);
    case 'ethernet':
      return formatMac(value);
    case 'protocol':
      return protocolNames[Number(value)] ?? Number(value);
    case 'ct-state': {
      const names = bitNames(value, ctStateBits);
      return names?.length === 1 ? (names[0] ?? 0) : Number(value);
    }
    case 'ct-direction':
      return value === 0n ? 'original' : 'reply';
    case 'packet-type':
      return packetTypes[Number(value)] ?? Number(value);
    case 'fib-type':
      return fibTypes[Number(value)] ?? Number(value);
    case 'nanoseconds':
      return Number(value / 1_000_000_000n);
    case 'milliseconds':
      return value % 1000n === 0n ? Number(value / 1000n) : `${value}ms`;
    default:
      return Number(value);
  }
}

const nameMatch = (left: Json, names: readonly string[], negated: boolean): Json => ({ match: { op: negated ? '!=' : '==', left, right: names.length === 1 ? (names[0] ?? null) : { set: [...names] } } });

function expressionJson(expression: Expression, family: Family): Json {
  switch (expression.kind) {
    case 'payload':
      return payloadJson(expression);
    case 'meta':
      return { meta: { key: expression.key } };
    case 'ct': {
      const address = expression.key === 'saddr' || expression.key === 'daddr';
      return { ct: { key: address ? `${nftFamily(family)} ${expression.key}` : expression.key, ...(expression.direction === undefined ? {} : { dir: expression.direction }) } };
    }
    case 'exthdr':
      return { exthdr: { name: expression.header, field: expression.field } };
    case 'tcp-option':
      return { 'tcp option': { name: 'maxseg', field: expression.field } };
    case 'fib':
      return { fib: { result: 'type', flags: expression.via === undefined ? expression.address : [expression.address, expression.via] } };
    case 'socket':
      return { socket: { key: expression.key } };
    case 'jhash':
      return { jhash: { mod: expression.modulus, seed: expression.seed, expr: { ct: { key: `${nftFamily(family)} saddr`, dir: 'original' } } } };
    case 'ipsec':
      return { ipsec: { key: expression.key, dir: expression.direction, spnum: expression.layer } };
    case 'numgen':
      return { numgen: { mode: expression.mode, mod: expression.modulus, offset: 0 } };
    case 'binary': {
      const right = typeOf(expression.left) === 'address' && expression.operator === '&' ? formatAddress(family, expression.right) : Number(expression.right);
      return { [expression.operator]: [expressionJson(expression.left, family), right] };
    }
    case 'concat':
      return { concat: expression.parts.map((part) => expressionJson(part, family)) };
    case 'map':
      return {
        map: {
          key: expressionJson(expression.key, family),
          data: { set: expression.entries.map(({ key, value }) => [intervalJson(key, typeOf(expression.key), family, false), Number(value)]) },
        },
      };
    case 'value':
      return Number(expression.value);
    case 'route-mss':
      return { rt: { key: 'mtu' } };
    default:
      return unreachable(expression);
  }
}

function payloadJson(payload: Payload): Json {
  if (payload.name === undefined) return { payload: { base: payload.base, offset: payload.offset, len: payload.bits } };
  const [protocol = '', field = ''] = payload.name.split(' ');
  return { payload: { protocol, field } };
}

function existenceJson(what: Existence): Json {
  switch (what.kind) {
    case 'exthdr':
      return { exthdr: { name: what.header } };
    case 'tcp-option':
      return optionJson(what.option, 8);
    case 'ipsec':
      return what.direction === 'in' ? { meta: { key: 'ipsec' } } : { rt: { key: 'ipsec' } };
    case 'way-back': {
      const flags = wayBackFlags(what);
      return { fib: { result: 'oif', flags: flags.length === 1 ? (flags[0] ?? null) : [...flags] } };
    }
    case 'sctp-chunk':
      return { 'sctp chunk': { name: what.name } };
    default:
      return unreachable(what);
  }
}

const optionJson = (option: number, bits: number): Json => ({ 'tcp option': tcpOptionNames[option] === undefined ? { base: option, offset: 0, len: bits } : { name: tcpOptionNames[option] ?? '' } });

function targetJson(target: StatementOf<'set'>['target'], family: Family): Json {
  return target.kind === 'tcp-option' ? { 'tcp option': { name: 'maxseg', field: target.field } } : expressionJson(target, family);
}

function logJson(log: NftLog): Json {
  const flags = [
    ...(log.tcpSequence === true ? ['tcp sequence'] : []),
    ...(log.tcpOptions === true ? ['tcp options'] : []),
    ...(log.ipOptions === true ? ['ip options'] : []),
    ...(log.uid === true ? ['skuid'] : []),
    ...(log.macdecode === true ? ['ether'] : []),
  ];
  return {
    ...(log.prefix === undefined || log.prefix === '' ? {} : { prefix: log.prefix }),
    ...(log.group === undefined ? {} : { group: log.group }),
    ...(log.size === undefined ? {} : { snaplen: log.size }),
    ...(log.threshold === undefined ? {} : { 'queue-threshold': log.threshold }),
    ...(log.audit === true ? { level: 'audit' } : log.level === undefined ? {} : { level: levelName(log.level) }),
    ...(flags.length > 0 ? { flags } : {}),
  };
}

function natJson(nat: NftNat, family: Family): Json {
  const { addresses, prefix, ports } = nat;
  const flags = [...natFlags(nat), ...(prefix === undefined ? [] : ['netmap'])];
  const address = (interval: Interval): Json =>
    prefix !== undefined
      ? { prefix: { addr: formatAddress(family, interval.min), len: prefix } }
      : interval.min === interval.max
        ? formatAddress(family, interval.min)
        : { range: [formatAddress(family, interval.min), formatAddress(family, interval.max)] };
  const body = {
    ...(addresses === undefined ? {} : { addr: address(addresses) }),
    ...(ports === undefined ? {} : { port: ports.min === ports.max ? ports.min : { range: [ports.min, ports.max] } }),
    ...(nat.portMap === undefined ? {} : { port: expressionJson(nat.portMap, family) }),
    ...(flags.length > 0 ? { flags } : {}),
  };
  return { [nat.kind]: Object.keys(body).length === 0 ? null : body };
}

function setJson(set: NftSet, family: Family): { readonly [key: string]: Json } {
  const types = set.keys.map((key) => setKeyType(key, family));
  const flags = setFlags(set);
  return {
    name: set.name,
    type: types.length === 1 ? (types[0] ?? '') : types,
    ...(set.size === undefined ? {} : { size: set.size }),
    ...(flags.length > 0 ? { flags } : {}),
    ...(set.timeout === undefined ? {} : { timeout: set.timeout }),
    ...(set.elements.length > 0 ? { elem: set.elements.map((element) => elementJson(element, set.keys, family)) } : {}),
  };
}

function elementJson(element: NftElement, keys: readonly SetKey[], family: Family): Json {
  const parts = element.parts.map((part, index): Json => ('name' in part ? interfaceText(part.name, false) : intervalJson(part, setKeyValue[keys[index] ?? 'mark'], family, false)));
  const value: Json = parts.length === 1 ? (parts[0] ?? null) : { concat: parts };
  if (element.timeout === undefined && element.comment === undefined) return value;
  return { elem: { val: value, ...(element.timeout === undefined ? {} : { timeout: element.timeout }), ...(element.comment === undefined ? {} : { comment: element.comment }) } };
}
