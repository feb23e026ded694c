import { byteLength, decodeBytes, encodeText, type Source } from '../src/ir/index.js';
import { log, type Log } from './report.js';

/** One line as iptables-restore gets it: `text` without its newline and without what stands behind a null byte. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** False on a last line without one, and where a null byte or the length limit cut it off. */
  readonly newline: boolean;
  /** Offset of `text` in its line, other than 0 only behind the length limit. */
  readonly base: number;
}

/** Bytes that iptables-restore reads at a time. */
const lineLimit = 10_239;

/** The place of a whole line. */
export const wholeLine = (line: Line): Source => ({
  line: line.number,
  column: line.base + 1,
  endColumn: line.base + Math.max(line.text.length, 1) + 1,
});

/**
 * Calls `visit` with each line. Carriage returns are taken off when the file has DOS line ends (its `*table` or `COMMIT` lines
 * end in one, which iptables-restore refuses), under one warning.
 */
export function forEachLine(text: string, to: Log, visit: (line: Line) => void): void {
  const dos = /^(?:\*[^\n]*|COMMIT[ \t]*)\r$/m.test(text);
  if (dos) warnOfReturns(text, to);
  let start = 0;
  for (let number = 1; start < text.length; number++) {
    const end = text.indexOf('\n', start);
    const newline = end >= 0;
    let content = text.slice(start, newline ? end : text.length);
    start = newline ? end + 1 : text.length;
    if (dos && content.endsWith('\r')) content = content.slice(0, -1);
    if (content.length * 3 < lineLimit || byteLength(content) < lineLimit) visitPart({ number, text: content, newline, base: 0 }, to, visit);
    else visitLong(number, content, newline, to, visit);
  }
}

/** What does not fit the buffer comes as the next line. */
function visitLong(number: number, content: string, newline: boolean, to: Log, visit: (line: Line) => void): void {
  const bytes = encodeText(content);
  if (bytes.length > lineLimit) {
    log(to, 'line-too-long', { max: lineLimit }, { line: number, column: 1, endColumn: content.length + 1 });
  }
  let base = 0;
  for (let from = 0; from < bytes.length; from += lineLimit) {
    const part = decodeBytes(bytes.subarray(from, from + lineLimit));
    const last = from + lineLimit > bytes.length;
    visitPart({ number, text: part, newline: newline && last, base }, to, visit);
    base += part.length;
  }
}

function visitPart(line: Line, to: Log, visit: (line: Line) => void): void {
  const zero = line.text.indexOf('\0');
  if (zero < 0) {
    visit(line);
    return;
  }
  // A comment is skipped whatever it holds.
  if (!line.text.startsWith('#')) {
    log(to, 'null-byte', {}, { line: line.number, column: line.base + zero + 1, endColumn: line.base + zero + 2 });
  }
  visit({ ...line, text: line.text.slice(0, zero), newline: false });
}

function warnOfReturns(text: string, to: Log): void {
  const first = /\r(?=\n|$)/.exec(text);
  if (first === null) return;
  const before = text.slice(0, first.index);
  const column = first.index - (before.lastIndexOf('\n') + 1) + 1;
  log(to, 'carriage-returns', {}, { line: before.split('\n').length, column, endColumn: column + 1 });
}
