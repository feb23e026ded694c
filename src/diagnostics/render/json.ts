import type { Diagnostic } from '../diagnostic.js';

/** Counts up whenever a field of a JSON document changes its meaning or goes away. */
export const schemaVersion = 1;

export const renderJson = (diagnostics: readonly Diagnostic[]): string => `${JSON.stringify({ schemaVersion, diagnostics }, null, 2)}\n`;
