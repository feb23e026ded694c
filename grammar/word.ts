import { byteLength } from '../src/ir/index.js';
import type { Word } from './extension.js';

/** The rest of a word as a word of its own; behind quotes the columns are those of the whole. */
export function cut(word: Word, from: number): Word {
  const exact = word.endColumn - word.column === word.text.length;
  return { text: word.text.slice(from), column: exact ? word.column + from : word.column, endColumn: word.endColumn };
}

/** As scanf reads a counter: digits at the start, whatever follows. */
export const startsWithNumber = (text: string): boolean => /^\s*[+-]?\d/.test(text);

/** Why `-j` and `-g` do not take a name. */
export function targetNameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (byteLength(name) > 28) return 'it has more than 28 bytes';
  return /[ \t\n\v\f\r]/.test(name) ? 'it holds a blank' : undefined;
}
