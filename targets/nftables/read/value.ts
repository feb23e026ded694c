import type { Family, Interval } from '../../../src/ir/index.js';
import type { ListedPart } from './listed.js';
import { isList, isObject, numberAt, type Json } from './json-value.js';
import { notationBits, symbol, type Notation } from './symbols.js';

/** A constant of the listing; undefined where it has no number. Lists are bits or-ed together. */
export function valueOf(json: Json | undefined, notation: Notation, family: Family): bigint | undefined {
  if (typeof json === 'boolean') return json ? 1n : 0n;
  // nft 1.0.6 prints some 32-bit numbers as signed.
  if (typeof json === 'number') return Number.isInteger(json) ? scaled(json < 0 ? BigInt(json) + (1n << 32n) : BigInt(json), notation) : undefined;
  if (typeof json === 'string') return symbol(json, notation, family);
  const bits = isList(json) ? json : isObject(json) && isList(json['|']) ? json['|'] : undefined;
  if (bits === undefined) return undefined;
  return bits.reduce<bigint | undefined>((sum, one) => {
    const value = valueOf(one, notation, family);
    return sum === undefined || value === undefined ? undefined : sum | value;
  }, 0n);
}

/** Times are milliseconds in the tree, instants nanoseconds; JSON prints whole seconds. */
const scaled = (value: bigint, notation: Notation): bigint => (notation === 'seconds' ? value * 1000n : notation === 'instant' ? value * 1_000_000_000n : value);

/** A value, range or prefix. `bits`: the width of the values. */
export function intervalOf(json: Json | undefined, notation: Notation, family: Family, bits = notationBits(notation, family)): Interval | undefined {
  if (isObject(json) && isList(json['range'])) {
    const [min, max] = json['range'].map((end) => valueOf(end, notation, family));
    // nft 1.0.6 lists whole seconds, so 10 may stand for any part of the eleventh.
    const rest = notation === 'seconds' && max !== undefined && max % 1000n === 0n ? 999n : 0n;
    return min === undefined || max === undefined ? undefined : { min, max: max + rest };
  }
  if (isObject(json) && isObject(json['prefix'])) {
    const length = numberAt(json['prefix'], 'len');
    const min = valueOf(json['prefix']['addr'], notation, family);
    return length === undefined || min === undefined || length > bits ? undefined : { min, max: min | ((1n << BigInt(bits - length)) - 1n) };
  }
  const value = valueOf(json, notation, family);
  return value === undefined ? undefined : { min: value, max: value };
}

/** One key of an element: an interface name, or a number. `*`: any. */
export function partOf(json: Json | undefined, notation: Notation, family: Family, bits?: number): ListedPart | undefined {
  if (json === '*') return { min: 0n, max: (1n << BigInt(bits ?? notationBits(notation, family))) - 1n };
  if (notation === 'interface') return typeof json === 'string' ? interfaceName(json) : undefined;
  return intervalOf(json, notation, family, bits);
}

/** A star at the end is a wildcard unless a backslash stands before it. */
function interfaceName(text: string): { readonly name: string; readonly prefix: boolean } {
  if (text.endsWith('\\*')) return { name: `${text.slice(0, -2)}*`, prefix: false };
  return text.endsWith('*') ? { name: text.slice(0, -1), prefix: true } : { name: text, prefix: false };
}

/** After how many seconds an element goes, where it says. */
export function secondsOf(json: Json): { readonly seconds?: number } {
  const seconds = isObject(json) && isObject(json['elem']) ? json['elem']['timeout'] : undefined;
  return typeof seconds === 'number' ? { seconds } : {};
}

/** The keys of one element, as many as there are notations; the data that nft keeps beside them are left behind. */
export function partsOf(json: Json | undefined, notations: readonly { readonly notation: Notation; readonly bits?: number }[], family: Family): readonly ListedPart[] | undefined {
  const bare = isObject(json) && isObject(json['elem']) ? json['elem']['val'] : json;
  const keys = notations.length === 1 ? [bare] : isObject(bare) && isList(bare['concat']) ? bare['concat'] : [];
  if (keys.length !== notations.length) return undefined;
  const parts = keys.map((key, index) => {
    const wanted = notations[index];
    return wanted === undefined ? undefined : partOf(key, wanted.notation, family, wanted.bits);
  });
  return parts.every((part) => part !== undefined) ? parts : undefined;
}
