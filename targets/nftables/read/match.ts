import { unreachable, type Family, type Interval } from '../../../src/ir/index.js';
import type { Expression, Statement } from '../ast.js';
import { isExthdrName } from '../exthdr.js';
import type { ListedPart, ListedStatement } from './listed.js';
import { expressionOf } from './expression.js';
import { entryOf, isList, isObject, type Json, type JsonObject } from './json-value.js';
import { notationBits, notationOf } from './symbols.js';
import { tcpOptionKind } from '../types.js';
import { partsOf, valueOf } from './value.js';

/** A comparison of the listing; undefined where the tree has no node for it. */
export function matchOf(body: JsonObject, family: Family): ListedStatement | undefined {
  const { op, right } = body;
  const [kind, asked] = entryOf(body['left']) ?? [];
  if (kind === 'ct' && isObject(asked) && asked['key'] === 'helper') return helperOf(op, right);
  if (kind === 'osf') return isObject(asked) ? osfOf(asked, op, right) : undefined;
  if (kind === 'ct' && isObject(asked) && asked['key'] === 'label') return (op === 'in' || op === '!') && typeof right === 'number' ? { kind: 'label', bit: right, negated: op === '!' } : undefined;
  if (typeof right === 'boolean') return existenceOf(body['left'], right !== (op === '!='));
  const left = expressionOf(body['left'], family);
  if (left === undefined) return protocolOf(body, family);
  if (left.kind === 'numgen' && (op === '<' || op === '>=')) {
    const value = valueOf(right, 'integer', family);
    return value === undefined ? undefined : { kind: 'below', left, negated: op === '>=', value };
  }
  switch (op) {
    case 'in':
    case '!': {
      const bits = valueOf(right, notationOf(left), family);
      return bits === undefined ? undefined : { kind: 'match', left, negated: op === '!', right: { kind: 'flags', bits } };
    }
    case '==':
    case '!=':
      return equality(left, right, op === '!=', family);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return ordering(left, op, right, family);
    default:
      return undefined;
  }
}

function equality(left: Expression, right: Json | undefined, negated: boolean, family: Family): ListedStatement | undefined {
  if (typeof right === 'string' && right.startsWith('@')) return { kind: 'match', left, negated, right: { kind: 'set', name: right.slice(1) } };
  const listed = isObject(right) && isList(right['set']) ? right['set'] : [right ?? null];
  const notations = notationsOf(left);
  const elements: (readonly ListedPart[])[] = [];
  for (const element of listed) {
    const parts = partsOf(element, notations, family);
    if (parts === undefined) return undefined;
    elements.push(parts);
  }
  const intervals = elements.flatMap((parts) => (parts.length === 1 && parts[0] !== undefined && 'min' in parts[0] ? [parts[0]] : []));
  if (intervals.length === elements.length) return { kind: 'match', left, negated, right: { kind: 'intervals', intervals: sorted(intervals) }, ...(isObject(right) ? { ranged: true } : {}) };
  const [only] = elements;
  const [name] = only ?? [];
  if (elements.length === 1 && only?.length === 1 && name !== undefined && 'name' in name) {
    return { kind: 'match', left, negated, right: { kind: 'interface', name: name.name, prefix: name.prefix === true } };
  }
  return { kind: 'compare', left, negated, elements };
}

/** What the values of each part of a key are. */
export const notationsOf = (left: Expression): readonly { readonly notation: ReturnType<typeof notationOf>; readonly bits?: number }[] =>
  (left.kind === 'concat' ? left.parts : [left]).map((part) => {
    const bits = widthOf(part);
    return { notation: notationOf(part), ...(bits === undefined ? {} : { bits }) };
  });

const widthOf = (expression: Expression): number | undefined => (expression.kind === 'payload' || expression.kind === 'exthdr' ? expression.bits : expression.kind === 'ct' && (expression.key === 'packets' || expression.key === 'bytes' || expression.key === 'avgpkt') ? 64 : expression.kind === 'binary' ? widthOf(expression.left) : undefined);

function ordering(left: Expression, op: '<' | '>' | '<=' | '>=', right: Json | undefined, family: Family): Statement | undefined {
  const value = valueOf(right, notationOf(left), family);
  if (value === undefined || left.kind === 'concat') return undefined;
  const full = (1n << BigInt(widthOf(left) ?? notationBits(notationOf(left), family))) - 1n;
  const interval = bounds(op, value, full);
  return { kind: 'match', left, negated: false, right: { kind: 'intervals', intervals: interval.min <= interval.max ? [interval] : [] } };
}

function bounds(op: '<' | '>' | '<=' | '>=', value: bigint, full: bigint): Interval {
  switch (op) {
    case '<':
      return { min: 0n, max: value - 1n };
    case '<=':
      return { min: 0n, max: value };
    case '>':
      return { min: value + 1n, max: full };
    case '>=':
      return { min: value, max: full };
    default:
      return unreachable(op);
  }
}

export function sorted(intervals: readonly Interval[]): readonly Interval[] {
  return [...intervals].sort((a, b) => (a.min < b.min ? -1 : a.min > b.min ? 1 : 0));
}

/** Whether there is a way back; with `iif` over the interface that the packet came by. */
function wayBackOf(body: JsonObject, negated: boolean): Statement | undefined {
  const flags = isList(body['flags']) ? body['flags'] : [body['flags'] ?? null];
  if (body['result'] !== 'oif' || !flags.includes('saddr') || !flags.every((flag) => flag === 'saddr' || flag === 'mark' || flag === 'iif')) return undefined;
  return { kind: 'exists', what: { kind: 'way-back', via: flags.includes('iif'), mark: flags.includes('mark') }, negated };
}

const chunkNumbers: Readonly<Record<string, number>> = {
  data: 0, init: 1, 'init-ack': 2, sack: 3, heartbeat: 4, 'heartbeat-ack': 5, abort: 6, shutdown: 7, 'shutdown-ack': 8, error: 9, 'cookie-echo': 10, 'cookie-ack': 11, ecne: 12, cwr: 13,
  'shutdown-complete': 14, 'asconf-ack': 128, 'forward-tsn': 192, asconf: 193,
};

function helperOf(op: Json | undefined, right: Json | undefined): Statement | undefined {
  const named = namedIn(op, right);
  return named === undefined ? undefined : { kind: 'helper', ...named };
}

/** A star at the end takes all names that begin so, and a backslash may take that from it. */
function osfOf({ key, ttl }: JsonObject, op: Json | undefined, right: Json | undefined): Statement | undefined {
  const named = namedIn(op, right);
  if (named === undefined || key !== 'name' || (ttl !== undefined && ttl !== 'loose' && ttl !== 'skip') || named.names.some((name) => /^@|[\\*]/.test(name))) return undefined;
  return { kind: 'osf', ...named, ...(ttl === undefined ? {} : { ttl }) };
}

function namedIn(op: Json | undefined, right: Json | undefined): { readonly names: readonly string[]; readonly negated: boolean } | undefined {
  const names = isObject(right) && isList(right['set']) ? right['set'] : [right ?? null];
  return (op === '==' || op === '!=') && names.every((name) => typeof name === 'string') ? { names, negated: op === '!=' } : undefined;
}

function existenceOf(left: Json | undefined, wanted: boolean): Statement | undefined {
  const [kind, body] = entryOf(left) ?? [];
  if (!isObject(body) || body['field'] !== undefined) return undefined;
  const negated = !wanted;
  if ((kind === 'meta' || kind === 'rt') && body['key'] === 'ipsec') return { kind: 'exists', what: { kind: 'ipsec', direction: kind === 'meta' ? 'in' : 'out' }, negated };
  if (kind === 'fib') return wayBackOf(body, negated);
  const name = typeof body['name'] === 'string' ? body['name'] : '';
  if (kind === 'exthdr' && isExthdrName(name)) return { kind: 'exists', what: { kind: 'exthdr', header: name }, negated };
  if (kind === 'tcp option') {
    const option = body['base'] === undefined ? tcpOptionKind(name) : typeof body['base'] === 'number' && body['offset'] === 0 && body['len'] === 8 ? body['base'] : undefined;
    return option === undefined ? undefined : { kind: 'exists', what: { kind: 'tcp-option', option }, negated };
  }
  const chunk = kind === 'sctp chunk' ? chunkNumbers[name] : undefined;
  return chunk === undefined ? undefined : { kind: 'exists', what: { kind: 'sctp-chunk', name, type: chunk }, negated };
}

/** `meta nfproto` and `meta protocol`, which a table of one family, or one half of an `inet` table, decides. */
function protocolOf(body: JsonObject, family: Family): ListedStatement | undefined {
  const [kind, meta] = entryOf(body['left']) ?? [];
  if (kind !== 'meta' || !isObject(meta) || (body['op'] !== '==' && body['op'] !== '!=')) return undefined;
  const own = { nfproto: family === 4 ? ['ipv4', 2] : ['ipv6', 10], protocol: family === 4 ? ['ip', 0x800] : ['ip6', 0x86dd] }[meta['key'] as string];
  if (own === undefined) return undefined;
  const right = isObject(body['right']) && isList(body['right']['set']) ? body['right']['set'] : [body['right'] ?? null];
  if (!right.every((one) => typeof one === 'string' || typeof one === 'number')) return undefined;
  return { kind: 'constant', holds: right.some((one) => own.includes(one)) === (body['op'] === '==') };
}

