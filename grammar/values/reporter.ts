import type { Code, catalogue, Parameters } from '../../src/diagnostics/index.js';
import type { Source } from '../../src/ir/index.js';
import type { Word } from '../extension.js';

/** What readers of values need to complain: `DecodeContext` is one. Readers return undefined once they have reported. */
export interface Reporter {
  /** Gives the line; its columns stand for faults that no word shows. */
  readonly source: Source;
  report<C extends Code>(code: C, parameters: Parameters<(typeof catalogue)[C]>, at?: Source, hint?: string): void;
}

/** The place of a word on the reporter's line. */
export const placeOf = (word: Word, reporter: Reporter): Source => ({
  line: reporter.source.line,
  column: word.column,
  endColumn: word.endColumn,
});

/** A part of a word as a word of its own. Where quotes hide the columns it spans the whole word. */
export function part(word: Word, start: number, end: number = word.text.length): Word {
  const text = word.text.slice(start, end);
  if (word.endColumn - word.column !== word.text.length || text === '') {
    return { text, column: word.column, endColumn: word.endColumn };
  }
  return { text, column: word.column + start, endColumn: word.column + end };
}

/** The parts of a word between separators; an empty word has one empty part. */
export function parts(word: Word, separator: string): readonly Word[] {
  const found: Word[] = [];
  let start = 0;
  for (;;) {
    const end = word.text.indexOf(separator, start);
    if (end < 0) break;
    found.push(part(word, start, end));
    start = end + separator.length;
  }
  found.push(part(word, start));
  return found;
}
