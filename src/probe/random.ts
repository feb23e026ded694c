/** A small seeded source of choices: the same seed gives the same choices on every machine. */
export interface Random {
  readonly seed: number;
  /** Uniform unsigned 32 bits. */
  bits(): number;
  /** Uniform integer from 0 to `limit` - 1; `limit` from 1 to 2^32. */
  below(limit: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the items; there must be at least one. */
  pick<T>(items: readonly T[]): T;
  /** The items in another order. */
  shuffled<T>(items: readonly T[]): readonly T[];
}

/** sfc32 (Doty-Humphrey), started from a 32-bit seed. */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [seed >>> 0, 0x9e3779b9, 0x243f6a88, 1];
  const bits = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    return out >>> 0;
  };
  for (let round = 0; round < 15; round++) bits();
  const below = (limit: number): number => Math.floor((bits() / 0x100000000) * limit);
  return {
    seed,
    bits,
    below,
    chance: (probability) => bits() / 0x100000000 < probability,
    pick: <T>(items: readonly T[]): T => {
      const index = below(items.length);
      const item = items[index];
      if (item === undefined && index >= items.length) throw new Error('nothing to pick from');
      return item as T;
    },
    shuffled: <T>(items: readonly T[]): readonly T[] => {
      const out = [...items];
      for (let at = out.length - 1; at > 0; at--) {
        const other = below(at + 1);
        [out[at], out[other]] = [out[other] as T, out[at] as T];
      }
      return out;
    },
  };
}
