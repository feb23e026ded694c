import { isHeader } from './headers.js';
import type { Json } from './json-value.js';
import { constantOf, operandOf } from './text-value.js';
import { numberOf, wordOf, type Cursor } from './tokens.js';

/** `meta` may be left out before these. */
const bareMeta = new Set(['iif', 'oif', 'iifname', 'oifname', 'iiftype', 'oiftype', 'iifgroup', 'oifgroup', 'mark', 'skuid', 'skgid', 'pkttype', 'cpu', 'nftrace', 'rtclassid', 'cgroup', 'length', 'l4proto', 'nfproto', 'protocol']);
const extensions = new Set(['frag', 'rt', 'hbh', 'dst', 'mh', 'srh', 'rt0', 'rt2']);

/** An expression as JSON would have it; undefined, and the cursor where it was, where none begins here. */
export function expressionAt(cursor: Cursor): Json | undefined {
  const first = precedence(cursor, 0);
  if (first === undefined) return undefined;
  const parts = [first];
  while (cursor.peek().kind === 'word' && cursor.peek().text === '.') {
    const start = cursor.position();
    cursor.next();
    const part = precedence(cursor, 0);
    if (part === undefined) {
      cursor.reset(start);
      break;
    }
    parts.push(part);
  }
  return parts.length === 1 ? first : { concat: parts };
}

const levels: readonly (readonly string[])[] = [['|', 'or'], ['^', 'xor'], ['&', 'and'], ['<<', '>>', 'lshift', 'rshift']];
const symbols: Readonly<Record<string, string>> = { or: '|', xor: '^', and: '&', lshift: '<<', rshift: '>>' };

/** Operators with constants on the right; those of later levels bind tighter. */
function precedence(cursor: Cursor, level: number): Json | undefined {
  const operators = levels[level];
  if (operators === undefined) return primary(cursor);
  let left = precedence(cursor, level + 1);
  while (left !== undefined && cursor.peek().kind !== 'string' && operators.includes(cursor.peek().text)) {
    const operator = cursor.next().text;
    left = { [symbols[operator] ?? operator]: [left, maskAt(cursor)] };
  }
  return left;
}

function maskAt(cursor: Cursor): Json {
  if (!cursor.take('(')) return constantOf(cursor);
  const mask = operandOf(cursor);
  cursor.want(')');
  return mask;
}

function primary(cursor: Cursor): Json | undefined {
  const start = cursor.position();
  if (cursor.take('(')) {
    const inner = expressionAt(cursor);
    if (inner !== undefined && cursor.take(')')) return inner;
    cursor.reset(start);
    return undefined;
  }
  const token = cursor.peek();
  if (token.kind !== 'word') return undefined;
  const rawBits = /^@(ll|nh|th|ih),(\d+),(\d+)$/.exec(token.text);
  if (rawBits !== null) {
    cursor.next();
    return { payload: { base: rawBits[1] ?? '', offset: Number(rawBits[2]), len: Number(rawBits[3]) } };
  }
  const found = named(cursor);
  if (found === undefined) cursor.reset(start);
  return found;
}

function named(cursor: Cursor): Json | undefined {
  const keyword = wordOf(cursor, 'an expression');
  const follows = cursor.peek().kind === 'word' ? cursor.peek().text : '';
  switch (keyword) {
    case 'meta': {
      const key = wordOf(cursor, 'a key');
      return { meta: { key: key === 'secpath' ? 'ipsec' : key } };
    }
    case 'ct':
      return ctAt(cursor);
    case 'fib':
      return fibAt(cursor);
    case 'jhash': {
      const inner = precedence(cursor, 0);
      cursor.want('mod');
      const modulus = numberOf(cursor, 'a number');
      const seed = cursor.take('seed') ? { seed: Number(wordOf(cursor, 'a number')) } : {};
      const offset = cursor.take('offset') ? { offset: numberOf(cursor, 'a number') } : {};
      return inner === undefined ? undefined : { jhash: { mod: modulus, ...seed, ...offset, expr: inner } };
    }
    case 'ipsec': {
      const dir = wordOf(cursor, 'in or out');
      const layer = cursor.take('spnum') ? numberOf(cursor, 'a number') : 0;
      const family = cursor.take('ip') ? { family: 'ip' } : cursor.take('ip6') ? { family: 'ip6' } : {};
      return { ipsec: { key: wordOf(cursor, 'a key'), ...family, dir, spnum: layer } };
    }
    case 'numgen': {
      const mode = wordOf(cursor, 'inc or random');
      cursor.want('mod');
      const modulus = numberOf(cursor, 'a number');
      return { numgen: { mode, mod: modulus, offset: cursor.take('offset') ? numberOf(cursor, 'a number') : 0 } };
    }
    case 'exthdr':
      return { exthdr: { name: wordOf(cursor, 'a header') } };
    case 'socket':
      return { socket: { key: wordOf(cursor, 'a key') } };
    case 'osf': {
      const ttl = cursor.take('ttl') ? { ttl: wordOf(cursor, 'loose or skip') } : {};
      return { osf: { key: wordOf(cursor, 'a key'), ...ttl } };
    }
    case 'tcp':
      if (follows === 'option') return tcpOptionAt(cursor);
      break;
    case 'sctp':
      if (follows === 'chunk') {
        cursor.next();
        return { 'sctp chunk': { name: wordOf(cursor, 'a chunk') } };
      }
      break;
    default:
      break;
  }
  if (isHeader(keyword) && follows !== '' && follows !== 'option') return { payload: { protocol: keyword, field: wordOf(cursor, 'a field') } };
  if (extensions.has(keyword) && follows !== '') {
    cursor.next();
    return keyword === 'rt' && ['mtu', 'classid', 'nexthop', 'ipsec'].includes(follows) ? { rt: { key: follows } } : { exthdr: { name: keyword, field: follows } };
  }
  return bareMeta.has(keyword) ? { meta: { key: keyword } } : undefined;
}

function ctAt(cursor: Cursor): Json {
  const direction = cursor.take('original') ? { dir: 'original' } : cursor.take('reply') ? { dir: 'reply' } : {};
  const family = cursor.take('ip') ? 'ip ' : cursor.take('ip6') ? 'ip6 ' : '';
  return { ct: { key: `${family}${wordOf(cursor, 'a key')}`, ...direction } };
}

function fibAt(cursor: Cursor): Json {
  const flags = [wordOf(cursor, 'an address')];
  while (cursor.take('.')) flags.push(wordOf(cursor, 'a flag'));
  return { fib: { result: wordOf(cursor, 'a result'), flags } };
}

const optionFields = new Set(['length', 'size', 'kind', 'count', 'left', 'right', 'tsval', 'tsecr']);

function tcpOptionAt(cursor: Cursor): Json {
  cursor.want('option');
  const option = wordOf(cursor, 'an option');
  const numbers = /^@(\d+)$/.exec(option);
  if (numbers !== null) {
    cursor.want(',');
    const offset = numberOf(cursor, 'an offset');
    cursor.want(',');
    return { 'tcp option': { base: Number(numbers[1]), offset, len: numberOf(cursor, 'a length') } };
  }
  const field = optionFields.has(cursor.peek().text) ? { field: cursor.next().text } : {};
  return /^\d+$/.test(option) ? { 'tcp option': { base: Number(option), offset: 0, len: 8, ...field } } : { 'tcp option': { name: option, ...field } };
}
