import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export interface Sample {
  readonly milliseconds: number;
  /** Peak resident memory of the process, where GNU time is there to tell. */
  readonly megabytes?: number;
}

/** Runs a program once to its end, output thrown away. */
export function once(program: string, args: readonly string[]): Sample {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 28 });
  const milliseconds = performance.now() - start;
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${String(status)}: ${stderr.toString().slice(0, 500)}`);
  return { milliseconds };
}

/** Peak resident memory of one run in MB, read from /proc while it runs. */
export function peak(program: string, args: readonly string[]): number {
  const script = 'import resource,subprocess,sys; subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL,check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)';
  const { stdout, status } = spawnSync('python3', ['-c', script, program, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error('peak memory needs python3');
  return Number(stdout) / 1024;
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Interleaves the subjects round by round, so that a noisy machine treats them alike; medians in milliseconds. */
export function compare<N extends string>(rounds: number, subjects: { readonly [K in N]: () => Sample }): { readonly [K in N]: number } {
  const names = Object.keys(subjects) as N[];
  const times = new Map<N, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) for (const name of names) times.get(name)?.push(subjects[name]().milliseconds);
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as { readonly [K in N]: number };
}
