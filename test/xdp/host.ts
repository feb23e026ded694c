import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { xdpRunner } from '../../src/cli/xdp-runner.js';

export type XdpAction = 'drop' | 'pass';

/** A generated XDP program, compiled for this machine. */
export interface HostProgram {
  /** The action for each frame, in order; `ticks`: when each comes, by the kernel's clock. Every run begins with all counters at 0. */
  run(frames: readonly Uint8Array[], ticks?: readonly number[]): readonly XdpAction[];
  dispose(): void;
}

/** Whether this machine has a C compiler; without one there is nothing to run. */
export const hostCompiler = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Compiles the C text natively, warnings as errors. The same text goes to clang's bpf target. */
export function compileForHost(text: string, optimisation: '-O0' | '-O2' = '-O0'): HostProgram {
  if (hostCompiler === undefined) throw new Error('no C compiler');
  const folder = mkdtempSync(join(tmpdir(), 'ferrule-xdp-'));
  const source = join(folder, 'program.c');
  const binary = join(folder, 'program');
  writeFileSync(source, text);
  const runner = join(folder, 'runner.c');
  writeFileSync(runner, xdpRunner);
  const built = spawnSync(hostCompiler, [optimisation, '-Wall', '-Werror', runner, '-o', binary], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`${source}: ${built.stderr}`);
  return {
    run(frames, ticks) {
      const input = Buffer.concat(frames.flatMap((frame, index) => [...(ticks === undefined ? [] : [word(2 ** 31 + (ticks[index] ?? 0))]), word(frame.length), frame]));
      const ran = spawnSync(binary, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
      if (ran.status !== 0) throw new Error(`${binary} ended with ${ran.status ?? ran.signal}`);
      return ran.stdout.trim().split('\n').filter((line) => line !== '').map(actionOf);
    },
    dispose: () => rmSync(folder, { recursive: true }),
  };
}

function word(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

export function actionOf(line: string): XdpAction {
  if (line === '1') return 'drop';
  if (line === '2') return 'pass';
  throw new Error(`no XDP action: ${line}`);
}
