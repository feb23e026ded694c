/** A line on the terminal that says where a long proof is. */
export interface Progress {
  at(file: string, line: number): void;
  /** Takes the line away again. */
  done(): void;
}

const patience = 1000;
const pause = 200;

/** Nothing is shown before a second has gone by, nor where standard error is no terminal. */
export function createProgress(quiet: boolean): Progress {
  if (quiet || process.stderr.isTTY !== true) return { at: () => undefined, done: () => undefined };
  const start = Date.now();
  let next = start + patience;
  let shown = false;
  let calls = 0;
  return {
    at(file, line) {
      // The clock is asked now and then only: a rule takes microseconds.
      if ((++calls & 63) !== 0) return;
      const now = Date.now();
      if (now < next) return;
      next = now + pause;
      shown = true;
      const words = `proving: ${file}:${line}, ${Math.round((now - start) / 1000)} s`.replace(/[^\u0020-\u007e]/g, '?');
      process.stderr.write(`\r${words.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}\u001b[K`);
    },
    done() {
      if (shown) process.stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}
