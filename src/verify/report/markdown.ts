import { markdownCell, renderMarkdown } from '../../diagnostics/index.js';
import type { Case, Report } from './finding.js';
import { placeText } from './place.js';

/** A table of what was asked and what was found, for a comment on a pull request. */
export function findingMarkdown({ cases, summary, diagnostics }: Report): string {
  const rows = cases.map(row);
  const table = rows.length === 0 ? '' : `| question | answer | decided at | more |\n|---|---|---|---|\n${rows.join('')}`;
  const lines = summary.map((line) => `${markdownCell(line.trim())}\n`).join('\n');
  return `${table}${table === '' ? '' : '\n'}${lines}${diagnostics.length === 0 ? '' : `\n${renderMarkdown(diagnostics)}`}`;
}

function row({ group, name, finding }: Case): string {
  const question = markdownCell(`${group}: ${name}`);
  if (finding === undefined) return `| ${question} | holds | | |\n`;
  const places = finding.places.map(({ place, message }) => markdownCell(`${message}: ${placeText(place)}`)).join('<br>');
  return `| ${question} | ${markdownCell(finding.title)} | ${places} | ${finding.text.split('\n').map((line) => markdownCell(line.trim())).filter((line) => line !== '').join('<br>')} |\n`;
}
