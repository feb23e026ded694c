import type { Source } from '../ir/index.js';

export type Severity = 'error' | 'warning' | 'note';

/**
 * One finding, as every command prints it and as JSON carries it. Lines and columns count from 1, columns in UTF-16 units,
 * `endColumn` is exclusive; `rule` is the number within its chain from 1.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly table?: string;
  readonly chain?: string;
  readonly rule?: number;
  readonly hint?: string;
  readonly related?: readonly Related[];
}

export interface Related {
  readonly message: string;
  readonly file: string;
  readonly line: number;
}

/** What parse and decode return: a value, as far as there is one, and what was found on the way. */
export interface Result<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Where a diagnostic points: a span of one line of one file, and optionally the rule it belongs to. */
export interface Place extends Source {
  readonly file: string;
  readonly table?: string;
  readonly chain?: string;
  readonly rule?: number;
}
