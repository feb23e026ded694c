import type { Interval } from '../../src/ir/index.js';
import { single } from './ast.js';

/** What becomes of each value of a byte to which `amount` is added, 0 and 255 being the ends. */
export function sums(amount: number): readonly { readonly key: Interval; readonly value: bigint }[] {
  const entries: { readonly key: Interval; readonly value: bigint }[] = [];
  for (let from = 0n; from <= 0xffn; from++) {
    const sum = from + BigInt(amount);
    const to = sum < 0n ? 0n : sum > 0xffn ? 0xffn : sum;
    const last = entries.at(-1);
    if (last?.value === to) entries[entries.length - 1] = { key: { min: last.key.min, max: from }, value: to };
    else entries.push({ key: single(from), value: to });
  }
  return entries;
}
