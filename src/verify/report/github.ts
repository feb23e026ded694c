import { githubData, githubProperty, renderGithub } from '../../diagnostics/index.js';
import { findingsOf, type Finding, type Report } from './finding.js';

/** Annotations of a pull request: each finding at every place where it is decided, or without a place. */
export function findingGithub(report: Report): string {
  return renderGithub(report.diagnostics) + findingsOf(report).map(annotations).join('');
}

function annotations({ code, title, text, places }: Finding): string {
  const message = `${title}\n${text}`;
  const anchored = places.filter(({ place }) => place.line !== undefined);
  if (anchored.length === 0) return `::error title=${githubProperty(code)}::${githubData(message)}\n`;
  return anchored.map(({ place, message: what }) => `::error file=${githubProperty(place.file)},line=${place.line ?? 1},title=${githubProperty(code)}::${githubData(`${what}: ${message}`)}\n`).join('');
}
