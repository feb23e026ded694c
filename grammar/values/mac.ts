import type { Word } from '../extension.js';
import { placeOf, type Reporter } from './reporter.js';

/** Six hex parts between colons, each read by strtoul: at most two characters, an empty part is 0. 48-bit integer. */
export function parseMac(text: string): number | undefined {
  const bytes = text.split(':');
  if (bytes.length !== 6) return undefined;
  let address = 0;
  for (const byte of bytes) {
    if (!/^([0-9a-fA-F]{0,2}|[+ ][0-9a-fA-F])$/.test(byte)) return undefined;
    address = address * 256 + (byte === '' ? 0 : Number.parseInt(byte, 16));
  }
  return address;
}

export function readMac(word: Word, reporter: Reporter): number | undefined {
  const address = parseMac(word.text);
  if (address === undefined) reporter.report('bad-mac', { text: word.text }, placeOf(word, reporter));
  return address;
}

export const formatMac = (address: number): string =>
  address.toString(16).padStart(12, '0').replace(/..(?=.)/g, '$&:');
