import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeBytes, type Family } from '../../src/ir/index.js';

/** What iptables-legacy-restore said of a file; `line` as it counts, when it named one. */
export interface RestoreAnswer {
  readonly status: number;
  readonly error: string;
  readonly line?: number;
}

/** A network namespace in which rule files are restored for real, one after the other. */
export interface RestoreBench {
  restore(family: Family, text: Uint8Array): Promise<RestoreAnswer>;
  /** `ipset restore -exist`. */
  loadSets(text: string): Promise<RestoreAnswer>;
  save(family: Family): Promise<string>;
  close(): Promise<void>;
}

const prefix = (family: Family): string => (family === 4 ? 'iptables' : 'ip6tables');

/** A lock of its own: other namespaces on this machine share the tool's usual one. */
export async function openRestoreBench(): Promise<RestoreBench> {
  const folder = await mkdtemp(join(tmpdir(), 'ferrule-restore-'));
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const shell = spawn('unshare', [...user, '--net', 'sh'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, XTABLES_LOCKFILE: join(folder, 'lock'), PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' },
  });
  let output = Buffer.alloc(0);
  let wake: (() => void) | undefined;
  shell.stdout.on('data', (data: Buffer) => {
    output = Buffer.concat([output, data]);
    wake?.();
  });
  const run = async (command: string): Promise<{ readonly status: number; readonly output: string }> => {
    output = Buffer.alloc(0);
    shell.stdin.write(`${command}; status=$?; echo; echo "== $status"\n`);
    for (;;) {
      const end = /\n== (\d+)\n$/.exec(output.subarray(-16).toString('latin1'));
      if (end?.[1] !== undefined) return { status: Number(end[1]), output: decodeBytes(output.subarray(0, output.length - end[0].length)) };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (shell.exitCode !== null) throw new Error('the shell of the namespace has ended');
    }
  };
  const feed = async (tool: string, text: Uint8Array | string): Promise<RestoreAnswer> => {
    const file = join(folder, 'input');
    await writeFile(file, text);
    const { status, output } = await run(`{ timeout 20 ${tool} < '${file}' 2>&1 >/dev/null; }`);
    const line = /line:? (\d+)/.exec(output)?.[1];
    return { status, error: output, ...(line === undefined ? {} : { line: Number(line) }) };
  };
  return {
    restore: (family, text) => feed(`${prefix(family)}-legacy-restore`, text),
    loadSets: (text) => feed('ipset restore -exist', text),
    // It complains that this machine has no names for connection labels.
    save: async (family) => (await run(`${prefix(family)}-legacy-save 2>/dev/null`)).output,
    close: async () => {
      shell.stdin.end();
      if (shell.exitCode === null) await once(shell, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Restores one file in a namespace of its own and gives back what save prints. */
export async function restoreAndSave(family: Family, text: Uint8Array, sets?: string): Promise<{ readonly answer: RestoreAnswer; readonly saved: string }> {
  const bench = await openRestoreBench();
  try {
    if (sets !== undefined) await bench.loadSets(sets);
    const answer = await bench.restore(family, text);
    return { answer, saved: await bench.save(family) };
  } finally {
    await bench.close();
  }
}

