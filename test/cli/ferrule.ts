import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const bundle = resolve(import.meta.dirname, '../../dist/ferrule.js');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command, as users do. `npm test` builds it first. */
export function ferrule(args: readonly string[], input = '', environment: Readonly<Record<string, string>> = {}): Ran {
  if (!existsSync(bundle)) throw new Error('dist/ferrule.js is missing: npm run build');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], { input, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', ...environment } });
  return { status, stdout, stderr };
}

/** A folder with these files for the time of a test. */
export function withFiles<T>(files: Readonly<Record<string, string | Uint8Array>>, run: (path: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'ferrule-test-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return run((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A filter table around some rules of INPUT. */
export const filter = (...rules: readonly string[]): string => `*filter\n${rules.map((rule) => `${rule}\n`).join('')}COMMIT\n`;
