import type { Diagnostic } from '../diagnostic.js';
import { renderGithub } from './github.js';
import { renderJson } from './json.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';
import { renderSarif } from './sarif.js';
import { renderText, type TextOptions } from './text.js';

export { data as githubData, property as githubProperty, renderGithub } from './github.js';
export { schemaVersion } from './json.js';
export { xml } from './junit.js';
export { cell as markdownCell, renderMarkdown } from './markdown.js';
export { printable, renderText, type SourceLines, type TextOptions } from './text.js';

export const reportFormats = ['text', 'json', 'sarif', 'junit', 'github', 'markdown'] as const;
export type ReportFormat = (typeof reportFormats)[number];

const renderers: { readonly [F in Exclude<ReportFormat, 'text'>]: (diagnostics: readonly Diagnostic[], version: string) => string } = {
  json: renderJson,
  sarif: renderSarif,
  junit: renderJunit,
  github: renderGithub,
  markdown: renderMarkdown,
};

/** The whole report in one of the formats; `text` is a diagnostic after the other. */
export function renderReport(diagnostics: readonly Diagnostic[], format: ReportFormat, version: string, options: TextOptions): string {
  return format === 'text' ? diagnostics.map((d) => renderText(d, options)).join('') : renderers[format](diagnostics, version);
}
