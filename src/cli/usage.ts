import { diagnose, type Diagnostic } from '../diagnostics/index.js';

/** A mistake in the command line itself. */
export const usage = (problem: string, hint?: string): Diagnostic =>
  diagnose('usage', { problem }, { file: '', line: 0, column: 0, endColumn: 0 }, hint === undefined ? {} : { hint });
