import type { Diagnostic, Severity } from '../diagnostic.js';

/** The lines of the files that diagnostics point into, for the caret. Undefined where the text is not at hand. */
export type SourceLines = (file: string, line: number) => string | undefined;

export interface TextOptions {
  readonly color: boolean;
  readonly lines?: SourceLines;
}

const shade: { readonly [S in Severity]: number } = { error: 31, warning: 33, note: 36 };

const paint = (color: boolean, code: number, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Control and bidirectional characters of the input are shown escaped: a rule file must not be able to drive the terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu, (char) => {
    const unit = char.codePointAt(0) ?? 0;
    return unit <= 0xff ? `\\x${unit.toString(16).padStart(2, '0')}` : unit >= 0xdc80 && unit <= 0xdcff ? `\\x${(unit - 0xdc00).toString(16)}` : `\\u{${unit.toString(16)}}`;
  });
}

/** A window of the line around the span, so that a 10,000-byte line stays readable. */
function excerpt(line: string, column: number, endColumn: number): { readonly text: string; readonly before: string; readonly width: number } {
  const width = 100;
  const start = Math.max(0, column - 1 - width);
  const head = start > 0 ? '...' : '';
  const visible = line.slice(start, Math.max(endColumn - 1, column) + width);
  const tail = start + visible.length < line.length ? '...' : '';
  const before = head + line.slice(start, column - 1);
  return {
    text: head + visible + tail,
    before: printable(before).replace(/[^\t]/gu, ' '),
    width: Math.max(1, printable(line.slice(column - 1, Math.max(endColumn - 1, column))).length),
  };
}

/** One diagnostic as a person reads it: place, severity, code, message, then the line with a caret, then what to do. */
export function renderText(diagnostic: Diagnostic, options: TextOptions): string {
  const { color } = options;
  const place = diagnostic.line > 0 ? `${printable(diagnostic.file)}:${diagnostic.line}:${diagnostic.column}: ` : diagnostic.file === '' ? '' : `${printable(diagnostic.file)}: `;
  const label = paint(color, shade[diagnostic.severity], `${diagnostic.severity}[${diagnostic.code}]`);
  const out = [`${place}${label}: ${printable(diagnostic.message)}`];
  const line = diagnostic.line > 0 ? options.lines?.(diagnostic.file, diagnostic.line) : undefined;
  if (line !== undefined && line.trim() !== '') {
    const shown = excerpt(line, diagnostic.column, diagnostic.endColumn);
    const gutter = String(diagnostic.line);
    out.push(`  ${gutter} | ${printable(shown.text)}`);
    out.push(`  ${' '.repeat(gutter.length)} | ${shown.before}${paint(color, shade[diagnostic.severity], '^'.repeat(shown.width))}`);
  }
  for (const related of diagnostic.related ?? []) out.push(`  ${printable(related.file)}:${related.line}: ${printable(related.message)}`);
  if (diagnostic.hint !== undefined) {
    const [first = '', ...rest] = diagnostic.hint.split('\n');
    out.push(`  ${paint(color, 32, 'hint')}: ${printable(first)}`, ...rest.map((text) => `        ${printable(text)}`));
  }
  return out.join('\n') + '\n';
}
