import { decodeBytes, encodeText } from '../../src/ir/index.js';
import { keywords } from './keywords.js';

/**
 * nft takes `[A-Za-z_.][A-Za-z0-9/\_.-]*` for the name of a chain, set or object, and none of its keywords; it has no way to quote.
 * A name outside that becomes `_/` and its bytes, each other than a letter, digit, `.`, `-` or `_` as `/` and two hex digits:
 * `reject` is `_/reject`, `~comb0` is `_//7ecomb0`. Names that begin with `_/` or `_.` (our own helpers) are written so too;
 * therefore `decodeName(encodeName(x)) === x` for every x.
 */
export function encodeName(name: string): string {
  if (isPlain(name)) return name;
  let out = '_/';
  for (const byte of encodeText(name)) {
    const char = String.fromCharCode(byte);
    out += /[A-Za-z0-9._-]/.test(char) ? char : `/${byte.toString(16).padStart(2, '0')}`;
  }
  return out;
}

const isPlain = (name: string): boolean =>
  /^[A-Za-z_.][A-Za-z0-9_.-]*$/.test(name) && !name.startsWith('_.') && !name.startsWith('_/') && !keywords.has(name);

/** The input's name for a name of the output; undefined for chains that carry no chain of the input. */
export function decodeName(name: string): string | undefined {
  if (name.startsWith('_.')) return undefined;
  if (!name.startsWith('_/')) return name;
  const bytes: number[] = [];
  for (let at = 2; at < name.length; at++) {
    if (name[at] === '/') {
      bytes.push(Number.parseInt(name.slice(at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(name.charCodeAt(at));
    }
  }
  return decodeBytes(Uint8Array.from(bytes));
}

/** The longest name the kernel holds, in bytes. Ours stay below: 28 bytes of chain name or 31 of set name, each threefold. */
export const nameLimit = 127;

/** A chain of our own beside `name`, or belonging to the whole table. */
export const helperName = (name: string, suffix: string): string => `_.${encodeName(name)}.${suffix}`;

export const isTableName = (name: string): boolean => isPlain(name) && name.length <= nameLimit;
