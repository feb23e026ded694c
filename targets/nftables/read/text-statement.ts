import type { Json, JsonObject } from './json-value.js';
import { expressionAt } from './text-expression.js';
import { constantOf, elementsOf, operandOf, secondsAt, wordValue } from './text-value.js';
import { optionAt, queueAt, synproxyAt, tproxyAt } from './text-outside.js';
import { numberOf, stringOf, Unreadable, wordOf, type Cursor } from './tokens.js';

/** What a name behind `$` stands for. */
export type Variables = ReadonlyMap<string, string>;

const begins = new Set(['accept', 'drop', 'return', 'continue', 'jump', 'goto', 'counter', 'limit', 'log', 'reject', 'masquerade', 'redirect', 'snat', 'dnat', 'notrack', 'comment', 'queue', 'dup', 'tproxy', 'synproxy', 'reset']);
const ends = (cursor: Cursor): boolean => cursor.peek().kind === 'break' || cursor.peek().kind === 'end' || cursor.peek().text === '}';

/** The statements of one rule, up to the end of its line. */
export function ruleAt(cursor: Cursor, variables: Variables): { readonly expr: readonly Json[]; readonly comment?: string } {
  const expr: Json[] = [];
  let comment: string | undefined;
  while (!ends(cursor)) {
    if (cursor.take('comment')) comment = stringOf(cursor, 'a comment');
    else expr.push(statementAt(cursor, variables));
  }
  return { expr, ...(comment === undefined ? {} : { comment }) };
}

function statementAt(cursor: Cursor, variables: Variables): Json {
  const start = cursor.position();
  const token = cursor.peek();
  const known = token.kind === 'word' ? statements[token.text] : undefined;
  if (known !== undefined) {
    cursor.next();
    const found = known(cursor, variables);
    if (found !== undefined) return found;
    cursor.reset(start);
  }
  return tested(cursor) ?? unknown(cursor, start);
}

/** All up to the next statement that is known, as it stands. */
function unknown(cursor: Cursor, start: number): Json {
  cursor.reset(start);
  const words: string[] = [];
  let depth = 0;
  while (depth > 0 || !ends(cursor)) {
    const token = cursor.peek();
    if (depth === 0 && words.length > 0 && token.kind === 'word' && begins.has(token.text)) break;
    if (token.kind === 'end') throw new Unreadable(token, '`}`');
    if (token.text === '{' && token.kind === 'sign') depth += 1;
    if (token.text === '}' && token.kind === 'sign') depth -= 1;
    words.push(token.kind === 'string' ? JSON.stringify(token.text) : token.text);
    cursor.next();
  }
  const [first = 'nothing'] = words;
  return { [first === 'add' || first === 'update' || first === 'delete' ? 'set' : first]: { text: words.join(' '), ...(words.includes('ct') ? { ct: true } : {}), ...(words.some((word) => word === 'limit' || word === 'count') ? { stmt: true } : {}) } };
}

const verdict = (kind: string) => (): Json => ({ [kind]: null });
const chain = (kind: string) => (cursor: Cursor): Json => ({ [kind]: { target: wordOf(cursor, 'a chain') } });

const statements: { readonly [keyword: string]: ((cursor: Cursor, variables: Variables) => Json | undefined) | undefined } = {
  accept: verdict('accept'),
  drop: verdict('drop'),
  return: verdict('return'),
  continue: verdict('continue'),
  jump: chain('jump'),
  goto: chain('goto'),
  notrack: verdict('notrack'),
  counter: counterAt,
  limit: limitAt,
  log: logAt,
  reject: rejectAt,
  masquerade: (cursor) => natAt('masquerade', cursor),
  redirect: (cursor) => natAt('redirect', cursor),
  snat: (cursor) => natAt('snat', cursor),
  dnat: (cursor) => natAt('dnat', cursor),
  ct: helperAt,
  quota: quotaAt,
  xt: (cursor) => ({ xt: { type: wordOf(cursor, 'match or target'), name: stringOf(cursor, 'a name') } }),
  dup: (cursor) => (cursor.take('to') ? { dup: { addr: wordValue(wordOf(cursor, 'an address')), ...(cursor.take('device') ? { dev: stringOf(cursor, 'a device') } : {}) } } : undefined),
  tproxy: tproxyAt,
  queue: queueAt,
  synproxy: synproxyAt,
  reset: (cursor) => (cursor.take('tcp') && cursor.take('option') ? { reset: optionAt(cursor) } : undefined),
  add: (cursor, variables) => updateAt('add', cursor, variables),
  update: (cursor, variables) => updateAt('update', cursor, variables),
  delete: (cursor, variables) => updateAt('delete', cursor, variables),
};

function quotaAt(cursor: Cursor): Json | undefined {
  if (cursor.take('name')) return { quota: stringOf(cursor, 'a quota') };
  const over = cursor.take('over');
  if (!over) cursor.take('until');
  const value = wordValue(wordOf(cursor, 'a number'));
  const unit = wordOf(cursor, 'a unit');
  const used = cursor.take('used') ? { used: numberOf(cursor, 'a number'), used_unit: wordOf(cursor, 'a unit') } : {};
  return { quota: { val: value, val_unit: unit, ...used, ...(over ? { inv: true } : {}) } };
}

/** `add @set { ip saddr timeout 1m limit rate 5/minute }`. */
function updateAt(op: string, cursor: Cursor, variables: Variables): Json | undefined {
  const set = cursor.peek().text;
  if (!/^@[A-Za-z_.]/.test(set)) return undefined;
  cursor.next();
  cursor.want('{');
  const key = expressionAt(cursor);
  if (key === undefined) return undefined;
  const timeout = cursor.take('timeout') ? secondsAt(cursor) : undefined;
  const stmt: Json[] = [];
  while (!cursor.take('}')) {
    if (ends(cursor)) return undefined;
    stmt.push(statementAt(cursor, variables));
  }
  const elem: Json = timeout === undefined ? key : { elem: { val: key, timeout } };
  return { set: { op, elem, set, ...(stmt.length > 0 ? { stmt } : {}) } };
}

function counterAt(cursor: Cursor): Json {
  if (cursor.take('name')) return { counter: stringOf(cursor, 'a counter') };
  if (!cursor.take('packets')) return { counter: null };
  const packets = numberOf(cursor, 'a number');
  cursor.want('bytes');
  return { counter: { packets, bytes: numberOf(cursor, 'a number') } };
}

function limitAt(cursor: Cursor): Json | undefined {
  if (!cursor.take('rate')) return undefined;
  const over = cursor.take('over');
  const word = wordOf(cursor, 'a rate');
  const plain = /^(\d+)\/(second|minute|hour|day|week)$/.exec(word);
  if (plain === null) {
    const unit = /^(bytes|kbytes|mbytes)\/(second|minute|hour|day|week)$/.exec(cursor.peek().text);
    if (!/^\d+$/.test(word) || unit === null) return undefined;
    cursor.next();
    const burst = cursor.take('burst') ? { burst: numberOf(cursor, 'a number'), burst_unit: wordOf(cursor, 'a unit') } : { burst: 0, burst_unit: 'bytes' };
    return { limit: { rate: Number(word), burst: burst.burst, per: unit[2] ?? '', ...(over ? { inv: true } : {}), rate_unit: unit[1] ?? '', burst_unit: burst.burst_unit } };
  }
  let burst = 5;
  if (cursor.take('burst')) {
    burst = numberOf(cursor, 'a number');
    cursor.want('packets');
  }
  return { limit: { rate: Number(plain[1]), burst, per: plain[2] ?? '', ...(over ? { inv: true } : {}) } };
}

function logAt(cursor: Cursor, variables: Variables): Json {
  const log: { [key: string]: Json } = {};
  const flags: string[] = [];
  for (;;) {
    if (cursor.take('prefix')) {
      const text = stringOf(cursor, 'a prefix');
      log['prefix'] = text.startsWith('$') ? (variables.get(text.slice(1)) ?? text) : text;
    } else if (cursor.take('group')) log['group'] = numberOf(cursor, 'a number');
    else if (cursor.take('snaplen')) log['snaplen'] = numberOf(cursor, 'a number');
    else if (cursor.take('queue-threshold')) log['queue-threshold'] = numberOf(cursor, 'a number');
    else if (cursor.take('level')) log['level'] = wordOf(cursor, 'a level');
    else if (cursor.take('flags')) flags.push(...flagsAt(cursor));
    else break;
  }
  return { log: { ...log, ...(flags.length > 0 ? { flags } : {}) } };
}

function flagsAt(cursor: Cursor): readonly string[] {
  const kind = wordOf(cursor, 'a flag');
  if (kind !== 'tcp' && kind !== 'ip') return [kind];
  const flags = [`${kind} ${wordOf(cursor, 'a flag')}`];
  while (cursor.take(',')) flags.push(`${kind} ${wordOf(cursor, 'a flag')}`);
  return flags;
}

function rejectAt(cursor: Cursor): Json {
  if (!cursor.take('with')) return { reject: {} };
  const type = wordOf(cursor, 'a kind of answer');
  if (type === 'tcp') {
    cursor.want('reset');
    return { reject: { type: 'tcp reset' } };
  }
  cursor.take('type');
  return { reject: { type, expr: wordOf(cursor, 'a reason') } };
}

/** `ct helper set "name"`, `ct count over 5`; the other forms of `ct` begin an expression. */
function helperAt(cursor: Cursor): Json | undefined {
  if (cursor.take('count')) {
    const over = cursor.take('over');
    return { 'ct count': { val: numberOf(cursor, 'a number'), ...(over ? { inv: true } : {}) } };
  }
  return cursor.take('helper') && cursor.take('set') ? { 'ct helper': stringOf(cursor, 'a helper') } : undefined;
}

const natFlags = new Set(['random', 'fully-random', 'persistent']);

function natAt(kind: string, cursor: Cursor): Json | undefined {
  const body: { [key: string]: Json } = {};
  if (cursor.peek().text === 'ip' || cursor.peek().text === 'ip6') body['family'] = cursor.next().text;
  const prefix = cursor.take('prefix');
  if (cursor.take('to')) {
    const target = targetAt(cursor);
    if (target === undefined) return undefined;
    Object.assign(body, target);
  }
  const flags = prefix ? ['netmap'] : [];
  while (natFlags.has(cursor.peek().text)) {
    flags.push(cursor.next().text);
    cursor.take(',');
  }
  if (flags.length > 0) body['flags'] = flags;
  if (prefix) body['type_flags'] = 'prefix';
  return { [kind]: body };
}

/** `10.0.0.1`, `10.0.0.1-10.0.0.9:80-90`, `[fe80::1]-[fe80::2]:80`, `:80`, `10.0.0.1:tcp dport map { ... }`. */
function targetAt(cursor: Cursor): JsonObject | undefined {
  let word = wordOf(cursor, 'an address or port');
  // A port map may begin in the same word as the address.
  const map = /^(.*\]|[^:]*):([a-z]+)$/.exec(word);
  const start = cursor.position();
  if (map !== null || cursor.peek().text === ':') {
    if (map === null) cursor.next();
    else {
      word = map[1] ?? '';
      cursor.reset(start - 1);
    }
    const port = mapAt(cursor, map?.[2]);
    return port === undefined ? undefined : { ...addressOf(word), port };
  }
  const bracketed = /^((?:\[[^\]]+\]-)?\[[^\]]+\]):(.+)$/.exec(word);
  const plain = /^([\d.-]*):([\d-]+)$/.exec(word);
  const [, address = word, port] = bracketed ?? plain ?? [];
  return { ...(address === '' ? {} : addressOf(address)), ...(port === undefined ? {} : { port: wordValue(port) }) };
}

const addressOf = (word: string): JsonObject => (word === '' ? {} : { addr: wordValue(word.replaceAll(/[[\]]/g, '')) });

/** `first`: the protocol, when it was read with the address. */
function mapAt(cursor: Cursor, first: string | undefined): Json | undefined {
  if (first !== undefined) cursor.next();
  const key = first === undefined ? expressionAt(cursor) : ({ payload: { protocol: first, field: wordOf(cursor, 'a field') } } as const);
  if (key === undefined || !cursor.take('map') || cursor.peek().text !== '{') return undefined;
  return { map: { key, data: { set: elementsOf(cursor, constantOf) } } };
}

function verdictAt(cursor: Cursor): Json {
  const kind = wordOf(cursor, 'a verdict');
  return kind === 'jump' || kind === 'goto' ? { [kind]: { target: wordOf(cursor, 'a chain') } } : { [kind]: null };
}

export { verdictAt };

/** A comparison, an assignment or a verdict map; undefined where none of them is understood. */
function tested(cursor: Cursor): Json | undefined {
  const left = expressionAt(cursor);
  if (left === undefined) return undefined;
  if (cursor.take('vmap')) return { vmap: { key: left, data: cursor.peek().text === '{' ? { set: elementsOf(cursor, verdictAt) } : stringOf(cursor, 'a map') } };
  if (cursor.take('set')) return assigned(left, cursor);
  const sign = cursor.peek().kind === 'sign' && ['==', '!=', '<', '>', '<=', '>=', '!'].includes(cursor.peek().text) ? cursor.next().text : undefined;
  if (cursor.take('exists')) return { match: { op: sign ?? '==', left, right: true } };
  if (cursor.take('missing')) return { match: { op: sign ?? '==', left, right: false } };
  if (cursor.peek().text === '{') return { match: { op: sign ?? '==', left, right: { set: elementsOf(cursor) } } };
  if (ends(cursor) || cursor.peek().kind === 'sign') return undefined;
  const right = operandOf(cursor);
  if (cursor.take('/')) return { match: { op: sign ?? '==', left: { '&': [left, operandOf(cursor)] }, right } };
  return { match: { op: sign ?? (isBits(left) && !(typeof right === 'string' && right.startsWith('@')) ? 'in' : '=='), left, right } };
}

/** Without a sign, a test of bits asks whether one of them is set. */
function isBits(left: Json): boolean {
  const text = JSON.stringify(left);
  return text === '{"payload":{"protocol":"tcp","field":"flags"}}' || /^\{"ct":\{"key":"(?:state|status|label|event)"/.test(text);
}

function assigned(key: Json, cursor: Cursor): Json | undefined {
  const value = expressionAt(cursor);
  if (value !== undefined && cursor.take('map')) return cursor.peek().text === '{' ? { mangle: { key, value: { map: { key: value, data: { set: elementsOf(cursor, constantOf) } } } } } : undefined;
  if (value !== undefined) return { mangle: { key, value } };
  return ends(cursor) || cursor.peek().kind === 'sign' ? undefined : { mangle: { key, value: operandOf(cursor) } };
}
