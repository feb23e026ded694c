/**
 * What operations on diagrams have come to: a table with one place for each hash, where the newest result takes the place of an
 * older one. It grows with the diagrams, so that a small question stays in the processor's cache.
 */
export interface OperationCache {
  /** The result kept for these operands, or -1. The third may be an operand or, below 0, the number of an operation. */
  find(a: number, b: number, c: number): number;
  /** Gives back the result. */
  keep(a: number, b: number, c: number, result: number): number;
  /** Makes room for diagrams of this many nodes. */
  fit(nodes: number): void;
  clear(): void;
}

/** Four words an entry: three keys, and the result + 1, so that a fresh table is empty. At most 2 to the `largestBits` entries of 16 bytes. */
export function createOperationCache(largestBits: number): OperationCache {
  let size = 1 << Math.min(largestBits, 12);
  let entries = new Int32Array(size * 4);

  const place = (a: number, b: number, c: number): number => {
    const h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
    return ((h ^ (h >>> 15) ^ (h >>> 7)) & (size - 1)) << 2;
  };

  const keep = (a: number, b: number, c: number, result: number): number => {
    const at = place(a, b, c);
    entries[at] = a;
    entries[at + 1] = b;
    entries[at + 2] = c;
    entries[at + 3] = result + 1;
    return result;
  };

  return {
    find(a, b, c) {
      const at = place(a, b, c);
      return entries[at] === a && entries[at + 1] === b && entries[at + 2] === c ? (entries[at + 3] as number) - 1 : -1;
    },
    keep,
    fit(nodes) {
      const wanted = Math.min(nodes, 1 << largestBits);
      if (wanted <= size) return;
      const old = entries;
      size = wanted;
      entries = new Int32Array(size * 4);
      for (let at = 0; at < old.length; at += 4) {
        const result = old[at + 3] as number;
        if (result > 0) keep(old[at] as number, old[at + 1] as number, old[at + 2] as number, result - 1);
      }
    },
    clear() {
      entries.fill(0);
    },
  };
}
