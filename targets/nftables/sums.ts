import { identityOf, type Interval } from '../../src/ir/index.js';
import { single } from './ast.js';

/** What becomes of each value of a byte to which `amount` is added, 0 and 255 being the ends. */
export function sums(amount: number): readonly SumEntry[] {
  return merged(Array.from({ length: 256 }, (_, from) => ({ key: single(from), value: BigInt(Math.min(255, Math.max(0, from + amount))) })));
}

export interface SumEntry {
  readonly key: Interval;
  readonly value: bigint;
}

/** The amount that a map adds to a byte, where it does: the end that is not held fast tells. */
export function sumOf(entries: readonly SumEntry[]): number | undefined {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const plain = identityOf(merged(entries));
  return [Number(first.value - first.key.min), Number(last.value - last.key.max)].find((amount) => amount !== 0 && identityOf(sums(amount)) === plain);
}

/** Neighbours with one value are one entry. */
function merged(entries: readonly SumEntry[]): readonly SumEntry[] {
  const out: SumEntry[] = [];
  for (const { key, value } of entries) {
    const last = out.at(-1);
    if (last !== undefined && last.value === value && last.key.max + 1n === key.min) out[out.length - 1] = { key: { min: last.key.min, max: key.max }, value };
    else out.push({ key, value });
  }
  return out;
}
