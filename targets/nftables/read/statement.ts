import { rejectTypes, type Family, type Interval, type RejectType } from '../../../src/ir/index.js';
import type { ElementTest, Expression, NftLog, NftNat, SetTarget } from '../ast.js';
import { rejectNames } from '../reject.js';
import { expressionOf, ofOtherFamily } from './expression.js';
import { anyObject, bigAt, entryOf, isList, isObject, normalText, numberAt, textAt, type Json, type JsonObject } from './json-value.js';
import type { ListedStatement, MapEntry, Opaque, VerdictStatement } from './listed.js';
import { dupOf, optionOf, queueOf, synproxyOf, tproxyOf } from './outside.js';
import { matchOf, notationsOf } from './match.js';
import { notationOf } from './symbols.js';
import { intervalOf, partsOf, valueOf } from './value.js';

/** `inet`: the table speaks of both families, and this is the half of `family`. */
export interface Reading {
  readonly family: Family;
  readonly inet: boolean;
  /** Names of the table's verdict maps that rules change. */
  readonly dynamic: ReadonlySet<string>;
}

/** A statement of the listing. Always one: what is not known is opaque. `tcp option maxseg size set` and the like are as the kernel has them. */
export function statementOf(json: Json, reading: Reading): ListedStatement {
  const { family, inet } = reading;
  if (ofOtherFamily(json, family, inet)) return { kind: 'constant', holds: false };
  return known(json, reading) ?? opaque(json);
}

function known(json: Json, reading: Reading): ListedStatement | undefined {
  const { family } = reading;
  const [kind, body] = entryOf(json) ?? [];
  const object = isObject(body) ? body : {};
  switch (kind) {
    case 'match':
      return matchOf(object, family);
    case 'counter':
      return { kind: 'counter', packets: BigInt(numberAt(object, 'packets') ?? 0), bytes: BigInt(numberAt(object, 'bytes') ?? 0) };
    case 'limit':
      return limitOf(object);
    case 'quota':
      return quotaOf(object);
    case 'set':
      return updateOf(object, family);
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
    case 'jump':
    case 'goto':
      return verdictOf(json);
    case 'vmap':
      return choiceOf(object, reading);
    case 'log':
      return logOf(object);
    case 'mangle':
      return mangleOf(object, family);
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
      return natOf(kind, object, family);
    case 'reject':
      return rejectOf(object, family);
    case 'notrack':
      return { kind: 'notrack' };
    case 'dup':
      return dupOf(object, family);
    case 'tproxy':
      return tproxyOf(object, family);
    case 'queue':
      return queueOf(object);
    case 'synproxy':
      return synproxyOf(body);
    case 'reset': {
      const option = optionOf(object['tcp option']);
      return option === undefined ? undefined : { kind: 'reset-option', option };
    }
    case 'xt':
      return xtOf(object);
    case 'ct helper':
      return typeof body === 'string' ? { kind: 'ct-helper', name: body } : undefined;
    default:
      return undefined;
  }
}

/** Statements that end the rule with a verdict of their own. */
const ending = new Set(['queue', 'tproxy', 'synproxy', 'fwd', 'snat', 'dnat', 'masquerade', 'redirect', 'reject']);
const acting = new Set(['mangle', 'log', 'dup', 'set', 'map', 'flow', 'ct helper', 'ct timeout', 'ct expectation', 'secmark', 'reset']);

export function opaque(json: Json): Opaque {
  const [kind = '', body] = entryOf(json) ?? [];
  const decides = kind === 'set' || kind === 'map' ? isObject(body) && body['stmt'] !== undefined : false;
  const role = ending.has(kind) ? 'end' : acting.has(kind) && !decides ? 'effect' : 'test';
  const tracks = kind.startsWith('ct ') || kind === 'synproxy' || anyObject(json, (object) => object['ct'] !== undefined) || (ending.has(kind) && /nat|masquerade|redirect/.test(kind));
  const writes = kind === 'mangle' && isObject(body) ? written(body['key']) : kind === 'reset' ? 'header' : undefined;
  return { kind: 'opaque', role, identity: `nft ${normalText(json)}`, ...(tracks ? { tracks: true } : {}), ...(writes === undefined ? {} : { writes }) };
}

const xtTracks = /^(conntrack|state|connmark|connbytes|connlimit|helper|connlabel|cluster|CONNMARK|CT|CONNSECMARK|SYNPROXY|SNAT|DNAT|MASQUERADE|REDIRECT|NETMAP)$/;
const xtEnds = /^(SNAT|DNAT|MASQUERADE|REDIRECT|NETMAP|REJECT|NFQUEUE|QUEUE|TPROXY|SYNPROXY)$/;

/**
 * What iptables-nft keeps in xtables' own form: nft knows the name alone, not what is asked. Its text listing even shows a translation
 * that may mean something else.
 */
function xtOf(body: JsonObject): ListedStatement {
  const name = textAt(body, 'name') ?? '';
  const target = body['type'] === 'target';
  if (!target && name === 'comment') return { kind: 'constant', holds: true };
  const role = !target ? 'test' : xtEnds.test(name) ? 'end' : 'effect';
  return { kind: 'opaque', role, identity: `nft xt ${target ? 'target' : 'match'} ${name}`, ...(xtTracks.test(name) ? { tracks: true } : {}), ...(target ? { writes: 'packet.mark' } : {}) };
}

function written(key: Json | undefined): Opaque['writes'] {
  const [kind, body] = entryOf(key) ?? [];
  if ((kind === 'meta' || kind === 'ct') && isObject(body)) return body['key'] === 'mark' ? (kind === 'meta' ? 'packet.mark' : 'ct.mark') : undefined;
  return 'header';
}

function limitOf(body: JsonObject): ListedStatement | undefined {
  const rate = numberAt(body, 'rate');
  const unit = body['per'];
  if (rate === undefined || (body['rate_unit'] ?? 'packets') !== 'packets' || (unit !== 'second' && unit !== 'minute' && unit !== 'hour' && unit !== 'day')) return undefined;
  return { kind: 'limit', rate, unit, burst: numberAt(body, 'burst') ?? 5, over: body['inv'] === true };
}

/** `update @set { key timeout 60s limit rate 5/second }`. */
function updateOf(body: JsonObject, family: Family): ListedStatement | undefined {
  const { op, elem } = body;
  const set = textAt(body, 'set')?.replace(/^@/, '');
  const [kind, inner] = entryOf(elem) ?? [];
  const kept = kind === 'elem' && isObject(inner) ? inner : undefined;
  if (set === undefined || (op !== 'add' && op !== 'update' && op !== 'delete') || Object.keys(kept ?? {}).some((key) => key !== 'val' && key !== 'timeout')) return undefined;
  const key = expressionOf(kept === undefined ? elem : kept['val'], family);
  const timeout = kept === undefined ? undefined : numberAt(kept, 'timeout');
  const [first, ...more] = isList(body['stmt']) ? body['stmt'] : [];
  const asks = first === undefined ? undefined : elementTestOf(first);
  if (key === undefined || more.length > 0 || (first !== undefined && asks === undefined)) return undefined;
  return { kind: 'update', operation: op, set, key, ...(timeout === undefined ? {} : { timeout }), ...(asks === undefined ? {} : { asks }) };
}

function elementTestOf(json: Json): ElementTest | undefined {
  const [kind, body] = entryOf(json) ?? [];
  if (!isObject(body)) return undefined;
  const over = body['inv'] === true;
  if (kind === 'ct count') {
    const value = numberAt(body, 'val');
    // nft 1.0.6 prints it as a signed number.
    return value === undefined ? undefined : { kind: 'connections', limit: value < 0 ? value + 2 ** 32 : value, over };
  }
  if (kind !== 'limit') return undefined;
  const packets = limitOf(body);
  if (packets?.kind === 'limit') return { kind: 'packets', rate: packets.rate, unit: packets.unit, burst: packets.burst, over };
  const rate = numberAt(body, 'rate');
  const { per } = body;
  const [rateUnit, burstUnit] = [byteUnits[textAt(body, 'rate_unit') ?? ''], byteUnits[textAt(body, 'burst_unit') ?? 'bytes']];
  if (rate === undefined || rateUnit === undefined || burstUnit === undefined || (per !== 'second' && per !== 'minute' && per !== 'hour' && per !== 'day')) return undefined;
  return { kind: 'bytes', rate: rate * Number(rateUnit), unit: per, burst: (numberAt(body, 'burst') ?? 0) * Number(burstUnit), over };
}

const byteUnits: Readonly<Record<string, bigint>> = { bytes: 1n, kbytes: 1024n, mbytes: 1024n ** 2n };

/** How much of it is used already is a state, as that of a limit is. */
function quotaOf(body: JsonObject): ListedStatement | undefined {
  const value = bigAt(body, 'val');
  const unit = byteUnits[textAt(body, 'val_unit') ?? 'bytes'];
  return value === undefined || unit === undefined ? undefined : { kind: 'quota', bytes: value * unit, over: body['inv'] === true };
}

export function verdictOf(json: Json | undefined): VerdictStatement | undefined {
  const [kind, body] = entryOf(json) ?? [];
  switch (kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return { kind: 'verdict', verdict: kind };
    case 'jump':
    case 'goto': {
      const chain = isObject(body) ? textAt(body, 'target') : undefined;
      return chain === undefined ? undefined : { kind, chain };
    }
    default:
      return undefined;
  }
}

function choiceOf(body: JsonObject, { family, dynamic }: Reading): ListedStatement | undefined {
  const key = expressionOf(body['key'], family);
  if (key === undefined) return undefined;
  const { data } = body;
  if (typeof data === 'string' && data.startsWith('@')) return dynamic.has(data.slice(1)) ? undefined : { kind: 'choice', key, entries: { named: data.slice(1) } };
  const entries = isObject(data) && isList(data['set']) ? mapEntries(data['set'], notationsOf(key), family) : undefined;
  return entries === undefined ? undefined : { kind: 'choice', key, entries };
}

export function mapEntries(elements: readonly Json[], notations: Parameters<typeof partsOf>[1], family: Family): readonly MapEntry[] | undefined {
  const entries = elements.map((element) => {
    const [key, value] = isList(element) ? element : [];
    const parts = partsOf(key, notations, family);
    const verdict = verdictOf(value);
    return parts === undefined || verdict === undefined ? undefined : { parts, verdict };
  });
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

const levels = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];

function logOf(body: JsonObject): ListedStatement | undefined {
  const given = body['flags'];
  const flags = (isList(given) ? given : given === undefined ? [] : [given]).flatMap((flag) => (flag === 'all' ? ['tcp sequence', 'tcp options', 'ip options', 'skuid', 'ether'] : [flag]));
  if (body['level'] === 'audit') return Object.keys(body).length === 1 ? { kind: 'log', log: { audit: true } } : undefined;
  const level = body['level'] === undefined ? undefined : levels.indexOf(String(body['level']));
  if (level === -1) return undefined;
  const numbers = { group: numberAt(body, 'group'), size: numberAt(body, 'snaplen'), threshold: numberAt(body, 'queue-threshold') };
  const prefix = textAt(body, 'prefix');
  const log: NftLog = {
    ...(prefix === undefined ? {} : { prefix }),
    ...(numbers.group === undefined ? {} : { group: numbers.group }),
    ...(numbers.size === undefined ? {} : { size: numbers.size }),
    ...(numbers.threshold === undefined ? {} : { threshold: numbers.threshold }),
    ...(level === undefined ? {} : { level }),
    ...(flags.includes('tcp sequence') ? { tcpSequence: true } : {}),
    ...(flags.includes('tcp options') ? { tcpOptions: true } : {}),
    ...(flags.includes('ip options') ? { ipOptions: true } : {}),
    ...(flags.includes('skuid') ? { uid: true } : {}),
    ...(flags.includes('ether') ? { macdecode: true } : {}),
  };
  return { kind: 'log', log };
}

function mangleOf(body: JsonObject, family: Family): ListedStatement | undefined {
  const [kind, key] = entryOf(body['key']) ?? [];
  if (kind === 'ct' && isObject(key) && key['key'] === 'zone') {
    const { dir } = key;
    const zone = numberAt(body, 'value');
    return zone === undefined ? undefined : { kind: 'ct-zone', zone, ...(dir === 'original' || dir === 'reply' ? { direction: dir } : {}) };
  }
  if (kind === 'ct' && isObject(key) && key['key'] === 'label') {
    const bit = numberAt(body, 'value');
    return bit === undefined ? undefined : { kind: 'set-label', bit };
  }
  if (kind === 'ct' && isObject(key) && key['key'] === 'event') {
    const events = isList(body['value']) ? body['value'] : [body['value'] ?? null];
    return events.every((event) => typeof event === 'string') ? { kind: 'ct-events', events } : undefined;
  }
  const target = targetOf(body['key'], family);
  if (target === undefined) return undefined;
  const constant = valueOf(body['value'], notationOf(target), family);
  const value = constant === undefined ? (mapOf(body['value'], family) ?? expressionOf(body['value'], family)) : ({ kind: 'value', value: constant } as const);
  return value === undefined ? undefined : { kind: 'set', target, value };
}

function targetOf(json: Json | undefined, family: Family): SetTarget | undefined {
  const expression = expressionOf(json, family);
  if (expression?.kind === 'payload') return expression;
  if (expression?.kind === 'meta' && (expression.key === 'mark' || expression.key === 'priority' || expression.key === 'nftrace' || expression.key === 'secmark')) return { kind: 'meta', key: expression.key };
  if (expression?.kind === 'ct' && (expression.key === 'mark' || expression.key === 'secmark')) return { kind: 'ct', key: expression.key };
  return expression?.kind === 'tcp-option' && expression.field === 'size' ? { kind: 'tcp-option', option: 2, field: 'size' } : undefined;
}

function natOf(kind: NftNat['kind'], body: JsonObject, family: Family): ListedStatement | undefined {
  const of = body['family'];
  if (of !== undefined && of !== (family === 4 ? 'ip' : 'ip6')) return { kind: 'constant', holds: false };
  const list = (json: Json | undefined): readonly Json[] => (isList(json) ? json : json === undefined ? [] : [json]);
  const flags = list(body['flags']);
  const prefixed = list(body['type_flags']).includes('prefix') || flags.includes('netmap');
  const address = body['addr'];
  const addresses = address === undefined ? undefined : intervalOf(address, 'address', family);
  const prefix = isObject(address) && isObject(address['prefix']) ? numberAt(address['prefix'], 'len') : undefined;
  if (address !== undefined && (addresses === undefined || (prefixed && prefix === undefined))) return undefined;
  const port = portsOf(body['port'], family);
  if (port === undefined || flags.some((flag) => flag !== 'random' && flag !== 'fully-random' && flag !== 'persistent' && flag !== 'netmap')) return undefined;
  const nat: NftNat = {
    kind,
    ...(addresses === undefined ? {} : { addresses }),
    ...(prefixed && prefix !== undefined ? { prefix } : {}),
    ...port,
    ...(flags.includes('random') ? { random: true } : {}),
    ...(flags.includes('fully-random') ? { fullyRandom: true } : {}),
    ...(flags.includes('persistent') ? { persistent: true } : {}),
  };
  return { kind: 'nat', nat };
}

/** A map of numbers to numbers. */
function mapOf(json: Json | undefined, family: Family): Extract<Expression, { readonly kind: 'map' }> | undefined {
  const [kind, body] = entryOf(json) ?? [];
  if (kind !== 'map' || !isObject(body)) return undefined;
  const key = expressionOf(body['key'], family);
  const { data } = body;
  if (key === undefined || !isObject(data) || !isList(data['set'])) return undefined;
  const entries = data['set'].map((pair) => {
    const [from, to] = isList(pair) ? pair : [];
    const interval = intervalOf(from, notationOf(key), family);
    const value = valueOf(to, 'integer', family);
    return interval === undefined || value === undefined ? undefined : { key: interval, value };
  });
  return entries.every((entry) => entry !== undefined) ? { kind: 'map', key, entries } : undefined;
}

function portsOf(json: Json | undefined, family: Family): Pick<NftNat, 'ports' | 'portMap'> | undefined {
  if (json === undefined) return {};
  const [kind] = entryOf(json) ?? [];
  if (kind === 'map') {
    const portMap = mapOf(json, family);
    return portMap === undefined ? undefined : { portMap };
  }
  const interval: Interval | undefined = intervalOf(json, 'port', family);
  return interval === undefined ? undefined : { ports: { min: Number(interval.min), max: Number(interval.max) } };
}

/** `icmpx` is the same reason in both families. */
const both: Readonly<Record<string, readonly [RejectType, RejectType]>> = {
  'port-unreachable': ['icmp-port-unreachable', 'icmp6-port-unreachable'],
  'admin-prohibited': ['icmp-admin-prohibited', 'icmp6-adm-prohibited'],
  'no-route': ['icmp-net-unreachable', 'icmp6-no-route'],
  'host-unreachable': ['icmp-host-unreachable', 'icmp6-addr-unreachable'],
};

function rejectOf(body: JsonObject, family: Family): ListedStatement | undefined {
  const type = body['type'];
  const code = textAt(body, 'expr') ?? 'port-unreachable';
  if (type === undefined || type === 'icmpx') {
    const pair = both[code];
    return pair === undefined ? undefined : { kind: 'reject', with: pair[family === 4 ? 0 : 1] };
  }
  if (type === 'icmp' || type === 'icmpv6') {
    if ((type === 'icmp') !== (family === 4)) return { kind: 'constant', holds: false };
  }
  const found = rejectTypes[family].find((one) => rejectNames[one].type === type && (type === 'tcp reset' || rejectNames[one].code === code));
  return found === undefined ? undefined : { kind: 'reject', with: found };
}
