import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const cache = fileURLToPath(new URL('../../.cache/kernel/', import.meta.url));
const run = promisify(execFile);

/** A file below this folder. */
export const harnessFile = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A place in the harness's cache for what `content` was made into. */
export async function cachePath(name: string, content: readonly string[]): Promise<string> {
  await mkdir(cache, { recursive: true });
  const hash = createHash('sha256');
  for (const part of content) hash.update(part).update('\0');
  return join(cache, `${name}-${hash.digest('hex').slice(0, 16)}`);
}

export const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);

/**
 * Compiles one C file for this machine, once for each content. The path of the program; throws with the compiler's own words.
 */
export async function compileC(source: string, libraries: readonly string[] = []): Promise<string> {
  const flags = ['-O2', '-Wall', '-Wextra', '-Werror'];
  const program = await cachePath(basename(source, '.c'), [await readFile(source, 'utf8'), ...flags, ...libraries]);
  if (await exists(program)) return program;
  const partial = `${program}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    await run('gcc', [...flags, '-o', partial, source, ...libraries.map((library) => `-l${library}`)]);
  } catch (error) {
    throw new Error(`gcc cannot compile ${source}:\n${stderrOf(error)}`);
  }
  await rename(partial, program);
  return program;
}

/** What a failed command said. */
export const stderrOf = (error: unknown): string =>
  error instanceof Error && 'stderr' in error && String(error.stderr) !== '' ? String(error.stderr) : String(error);
