import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { diagnose, type Diagnostic } from '../diagnostics/index.js';
import { decodeBytes, encodeText } from '../ir/index.js';

/** A file as text, or why it cannot be read. `-` is standard input. */
export type Input = { readonly text: string } | { readonly diagnostic: Diagnostic };

const reason = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'no such file', EACCES: 'permission denied', EISDIR: 'it is a directory', ENOTDIR: 'a part of the path is no directory', EPERM: 'not permitted', EROFS: 'read-only file system', ENOSPC: 'no space left',
  };
  return (code === undefined ? undefined : known[code]) ?? (error instanceof Error ? error.message : String(error));
};

export function readInput(file: string): Input {
  try {
    return { text: decodeBytes(readFileSync(file === '-' ? 0 : file)) };
  } catch (error) {
    return { diagnostic: diagnose('unreadable-file', { file, reason: reason(error) }, { file, line: 0, column: 0, endColumn: 0 }) };
  }
}

/** Writes the file whole or not at all. A symbolic link or special file is written through, a regular one replaced. */
export function writeOutput(file: string, content: string | Uint8Array): Diagnostic | undefined {
  const bytes = typeof content === 'string' ? encodeText(content) : content;
  let temporary = '';
  try {
    const existing = statSync(file, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isFile()) {
      writeFileSync(file, bytes);
      return undefined;
    }
    const target = existing === undefined ? file : realpathSync(file);
    temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
    writeFileSync(temporary, bytes, { flag: 'wx' });
    if (existing !== undefined) chmodSync(temporary, existing.mode & 0o7777);
    renameSync(temporary, target);
    return undefined;
  } catch (error) {
    if (temporary !== '') rmSync(temporary, { force: true });
    return diagnose('unwritable-file', { file, reason: reason(error) }, { file, line: 0, column: 0, endColumn: 0 });
  }
}
