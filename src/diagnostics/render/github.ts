import type { Diagnostic, Severity } from '../diagnostic.js';

const command: { readonly [S in Severity]: string } = { error: 'error', warning: 'warning', note: 'notice' };

export const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
export const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands that annotate a pull request; escaped so that no input text can issue one. */
export function renderGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((d) => {
      const message = d.hint === undefined ? d.message : `${d.message}\n${d.hint}`;
      return `::${command[d.severity]} file=${property(d.file)},line=${d.line},col=${d.column},endColumn=${d.endColumn},title=${property(d.code)}::${data(message)}\n`;
    })
    .join('');
}
