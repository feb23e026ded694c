import type { Diagnostic } from '../diagnostic.js';
import { printable } from './text.js';

/** Inside a table cell nothing of the input may open markup or a new cell. */
export const cell = (text: string): string => printable(text).replace(/[\\`*_{}[\]<>()#+!|~$-]/g, '\\$&').replaceAll('\n', ' ');

export function renderMarkdown(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return 'No findings.\n';
  const rows = diagnostics.map((d) => `| ${d.severity} | ${cell(`${d.file}:${d.line}:${d.column}`)} | ${d.code} | ${cell(d.message)}${d.hint === undefined ? '' : `<br>${cell(d.hint)}`} |\n`);
  return `| severity | place | code | message |\n|---|---|---|---|\n${rows.join('')}`;
}
