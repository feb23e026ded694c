import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Family } from '../src/ir/index.js';

/** One real dump; `text` in the prepared form where the kernel takes only that. */
export interface CorpusFile {
  readonly name: string;
  readonly family: Family;
  readonly bytes: Uint8Array;
  /** `ipset restore` text of the sets it names. */
  readonly sets?: string;
}

const shared = resolve(process.env['FERRULE_SHARED'] ?? join(import.meta.dirname, '../../shared'));
const folder = join(shared, 'corpus');

/** Whether the corpus is there; says once that it is not. */
export function corpusAvailable(): boolean {
  const there = existsSync(join(folder, 'INDEX.md'));
  if (!there) console.warn(`corpus not judged: ${folder} is not there (FERRULE_SHARED)`);
  return there;
}

/** The files that the index says the kernel accepts, as they are or prepared. */
export function acceptedCorpus(): readonly CorpusFile[] {
  const index = readFileSync(join(folder, 'INDEX.md'), 'utf8');
  return index.split('\n').flatMap((line) => {
    const columns = line.split(' | ').map((column) => column.replace(/^\| | \|$/g, ''));
    const [name, family, , , , , kernel] = columns;
    if (name === undefined || !name.endsWith('.rules') || kernel === undefined || kernel.startsWith('no')) return [];
    const prepared = join(folder, 'prepared', name);
    const path = existsSync(prepared) ? prepared : join(folder, name);
    const sets = [path, join(folder, name)].map((rules) => rules.replace(/\.rules$/, '.ipset')).find((file) => existsSync(file));
    return [{ name, family: family === '6' ? (6 as const) : (4 as const), bytes: readFileSync(path), ...(sets === undefined ? {} : { sets: readFileSync(sets, 'utf8') }) }];
  });
}
