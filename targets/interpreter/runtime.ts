import type { Runtime } from './evaluation.js';
import type { LimitTable } from './limit-table.js';
import type { RecentList } from './recent-list.js';

/** A random number below and above every probability: it makes a test by chance hold, or fail. */
const [surely, never] = [0, 0x7fff_ffff];

/** Holds the state of limits, counters, lists of addresses and the random stream. `reset` begins all of it anew. `chance` says how tests by chance end, in place of the stream. */
export function createRuntime(seed: number, chance?: () => boolean): Runtime & { reset(): void } {
  const resets: (() => void)[] = [];
  const lists = new Map<string, RecentList>();
  const tables = new Map<string, LimitTable>();
  const start = (seed ^ 0x9e3779b9) >>> 0;
  let state = start;
  return {
    onReset: (reset) => void resets.push(reset),
    random() {
      if (chance !== undefined) return chance() ? surely : never;
      // mulberry32
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return (mixed ^ (mixed >>> 14)) >>> 1;
    },
    recentList(name, mask, stamps) {
      const list = lists.get(name) ?? { mask, entries: new Map(), stamps };
      list.stamps = Math.max(list.stamps, stamps);
      lists.set(name, list);
      return list;
    },
    limitTable(match) {
      const table = tables.get(match.name) ?? { match, buckets: new Map() };
      tables.set(match.name, table);
      return table;
    },
    reset() {
      state = start;
      for (const { entries } of lists.values()) entries.clear();
      for (const { buckets } of tables.values()) buckets.clear();
      for (const reset of resets) reset();
    },
  };
}
