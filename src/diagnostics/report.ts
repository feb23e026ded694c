import { format, type Parameters } from './catalogue.js';
import { catalogue, type Code } from './codes/index.js';
import type { Diagnostic, Place, Related } from './diagnostic.js';

/** The one way to make a diagnostic: a code of the catalogue, its parameters, and where. */
export function diagnose<C extends Code>(
  code: C,
  parameters: Parameters<(typeof catalogue)[C]>,
  place: Place,
  extra: { readonly hint?: string; readonly related?: readonly Related[] } = {},
): Diagnostic {
  const entry = catalogue[code];
  return {
    code,
    severity: entry.severity,
    message: format<string>(entry.message, parameters as Record<string, string | number>),
    file: place.file,
    line: place.line,
    column: place.column,
    endColumn: place.endColumn,
    ...(place.table === undefined ? {} : { table: place.table }),
    ...(place.chain === undefined ? {} : { chain: place.chain }),
    ...(place.rule === undefined ? {} : { rule: place.rule }),
    ...extra,
  };
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.some((d) => d.severity === 'error');
