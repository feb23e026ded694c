import type { Json } from './json-value.js';
import { isSymbol, symbol } from './symbols.js';
import { skipBreaks, stringOf, Unreadable, wordOf, type Cursor } from './tokens.js';

/** One constant as JSON would have it: a number, a text, a range, a prefix. */
export function constantOf(cursor: Cursor): Json {
  const token = cursor.next();
  if (token.kind === 'string') {
    // `"08:00"-"17:00"`
    if (cursor.peek().text === '-' && cursor.peek(1).kind === 'string') {
      cursor.next();
      return { range: [token.text, stringOf(cursor, 'a value')] };
    }
    return token.text;
  }
  if (token.kind !== 'word') throw new Unreadable(token, 'a value');
  return wordValue(token.text);
}

const ending = (text: string): boolean => /^(?:\d|0x[0-9a-f]|[0-9a-f]*:)/i.test(text) || isSymbol(text);

export function wordValue(text: string): Json {
  if (/^\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  const prefix = /^([0-9a-fx.:]+)\/(\d+)$/i.exec(text);
  if (prefix !== null) return { prefix: { addr: wordValue(prefix[1] ?? ''), len: Number(prefix[2]) } };
  if (isSymbol(text)) return text;
  for (let at = text.indexOf('-'); at > 0; at = text.indexOf('-', at + 1)) {
    const [from, to] = [text.slice(0, at), text.slice(at + 1)];
    if (ending(from) && ending(to)) return { range: [wordValue(from), wordValue(to)] };
  }
  return text;
}

/** Constants with ` . ` between them, or with commas or bars: bits. */
export function operandOf(cursor: Cursor): Json {
  const first = constantOf(cursor);
  if (cursor.peek().text === '.') {
    const parts = [first];
    while (cursor.take('.')) parts.push(constantOf(cursor));
    return { concat: parts };
  }
  const bits = [first];
  while (cursor.peek().kind === 'sign' && (cursor.peek().text === ',' || cursor.peek().text === '|')) {
    cursor.next();
    bits.push(constantOf(cursor));
  }
  return bits.length === 1 ? first : bits;
}

/** `{ a, b . c timeout 5s, d : value }`; `value` reads what stands behind the colon. */
export function elementsOf(cursor: Cursor, value?: (cursor: Cursor) => Json): readonly Json[] {
  cursor.want('{');
  const elements: Json[] = [];
  for (;;) {
    skipBreaks(cursor);
    if (cursor.take('}')) return elements;
    const parts = [constantOf(cursor)];
    while (cursor.take('.')) parts.push(constantOf(cursor));
    const key: Json = parts.length === 1 ? (parts[0] ?? null) : { concat: parts };
    const timeout = timeoutOf(cursor);
    if (value === undefined) elements.push(timeout === undefined ? key : { elem: { val: key, timeout } });
    else {
      cursor.want(':');
      elements.push([key, value(cursor)]);
      timeoutOf(cursor);
    }
    skipBreaks(cursor);
    if (!cursor.take(',') && cursor.peek().text !== '}') throw new Unreadable(cursor.peek(), '`,` or `}`');
  }
}

/** A length of time, in whole seconds. */
export function secondsAt(cursor: Cursor): number | undefined {
  const time = symbol(wordOf(cursor, 'a time'), 'seconds', 4);
  return time === undefined ? undefined : Number(time / 1000n);
}

/** Passes what nft keeps beside an element and no lookup asks for, but for the seconds after which it goes. */
function timeoutOf(cursor: Cursor): number | undefined {
  let seconds: number | undefined;
  while (cursor.peek().kind === 'word' || cursor.peek().kind === 'string') {
    const { kind, text } = cursor.peek();
    if (kind === 'word' && text === ':') break;
    cursor.next();
    if (kind === 'word' && text === 'timeout') seconds = secondsAt(cursor);
  }
  return seconds;
}
