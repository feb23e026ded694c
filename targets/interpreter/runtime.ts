import type { Runtime } from './evaluation.js';

/** Holds the state of limits, counters and the random stream. `reset` begins all of it anew. */
export function createRuntime(seed: number): Runtime & { reset(): void } {
  const resets: (() => void)[] = [];
  const start = (seed ^ 0x9e3779b9) >>> 0;
  let state = start;
  return {
    onReset: (reset) => void resets.push(reset),
    random() {
      // mulberry32
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return (mixed ^ (mixed >>> 14)) >>> 1;
    },
    reset() {
      state = start;
      for (const reset of resets) reset();
    },
  };
}
