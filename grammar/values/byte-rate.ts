import type { Word } from '../extension.js';
import { placeOf, type Reporter } from './reporter.js';

const bits: readonly (readonly [unit: string, bits: number])[] = [
  ['bit', 1], ['kibit', 1_024], ['kbit', 1_000], ['mibit', 1_024 ** 2], ['mbit', 1_000 ** 2], ['gibit', 1_024 ** 3], ['gbit', 1_000 ** 3],
  ['tibit', 1_024 ** 4], ['tbit', 1_000 ** 4], ['bps', 8], ['kibps', 8 * 1_024], ['kbps', 8_000], ['mibps', 8 * 1_024 ** 2],
  ['mbps', 8 * 1_000 ** 2], ['gibps', 8 * 1_024 ** 3], ['gbps', 8 * 1_000 ** 3], ['tibps', 8 * 1_024 ** 4], ['tbps', 8 * 1_000 ** 4],
];

const amount = /^\s*(0[xX][0-9a-fA-F]+|[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)(.*)$/s;

/** A rate with a unit in any case (`5kbit`, `1.5MiBps`), in bytes a second, cut to 32 bits. A number without one counts bits too. */
export function readByteRate(word: Word, reporter: Reporter, option: string): number | undefined {
  const found = amount.exec(word.text);
  const unit = found?.[2]?.toLowerCase();
  const scale = unit === '' ? 1 : bits.find(([name]) => name === unit)?.[1];
  if (found === null || scale === undefined) {
    reporter.report('bad-value', { option, text: word.text, problem: `is no rate: a number and one of ${bits.map(([name]) => name).join(', ')}` }, placeOf(word, reporter));
    return undefined;
  }
  const rate = Math.trunc((Number(found[1]) * scale) / 8);
  return Number.isFinite(rate) && rate < 2 ** 63 ? Number(BigInt.asUintN(32, BigInt(rate))) : 0;
}

/** As iptables-save prints it where that is exact, else in bits. */
export function formatByteRate(rate: number): string {
  const inBits = rate * 8;
  if (isRounded(rate) || inBits < 1_000_000) return `${inBits}bit`;
  return inBits >= 1_000_000_000 ? `${inBits / 1_000_000}Mbit` : `${inBits / 1_000}Kbit`;
}

/** What iptables-save prints from 1 Mbit/s on has no fraction. */
export const isRounded = (rate: number): boolean => {
  const inBits = rate * 8;
  return inBits >= 1_000_000 && inBits % (inBits >= 1_000_000_000 ? 1_000_000 : 1_000) !== 0;
};
