import type { Json, JsonObject } from './json-value.js';
import { wordValue } from './text-value.js';
import { numberOf, wordOf, type Cursor } from './tokens.js';

/** `tproxy to 10.0.0.1:80`, `tproxy ip6 to [fe80::1]:80`, `tproxy to :80`. */
export function tproxyAt(cursor: Cursor): Json | undefined {
  const family = cursor.peek().text === 'ip' || cursor.peek().text === 'ip6' ? { family: cursor.next().text } : {};
  if (!cursor.take('to')) return undefined;
  const word = wordOf(cursor, 'an address or port');
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(word) ?? [];
  const address = bracketed ?? plain ?? word;
  return { tproxy: { ...family, ...(address === '' ? {} : { addr: address }), ...(port === undefined ? {} : { port: Number(port) }) } };
}

/** `queue num 1-3 bypass,fanout`; as it is listed, `queue flags bypass to 1-3`. */
export function queueAt(cursor: Cursor): Json | undefined {
  const flags: string[] = [];
  const some = (): void => {
    do flags.push(wordOf(cursor, 'a flag'));
    while (cursor.take(','));
  };
  let num: JsonObject = {};
  if (cursor.take('flags')) some();
  if (cursor.take('num') || cursor.take('to')) {
    const word = wordOf(cursor, 'a number');
    if (!/^\d+(-\d+)?$/.test(word)) return undefined;
    num = { num: wordValue(word) };
  }
  if (cursor.peek().text === 'bypass' || cursor.peek().text === 'fanout') some();
  return { queue: { ...num, ...(flags.length === 0 ? {} : { flags }) } };
}

/** `synproxy mss 1460 wscale 9 timestamp sack-perm`. */
export function synproxyAt(cursor: Cursor): Json | undefined {
  if (cursor.take('name')) return undefined;
  const body: { [key: string]: Json } = {};
  const flags: string[] = [];
  for (;;) {
    if (cursor.take('mss')) body['mss'] = numberOf(cursor, 'a number');
    else if (cursor.take('wscale')) body['wscale'] = numberOf(cursor, 'a number');
    else if (cursor.peek().text === 'timestamp' || cursor.peek().text === 'sack-perm') flags.push(cursor.next().text);
    else break;
  }
  if (flags.length > 0) body['flags'] = flags;
  // What was not said is listed as 0.
  if (body['mss'] === 0) delete body['mss'];
  return { synproxy: Object.keys(body).length === 0 ? null : body };
}

/** A TCP option by name or number. */
export function optionAt(cursor: Cursor): Json {
  const word = wordOf(cursor, 'an option');
  return { 'tcp option': /^\d+$/.test(word) ? { base: Number(word), offset: 0, len: 0 } : { name: word } };
}
