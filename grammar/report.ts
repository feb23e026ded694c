import { diagnose, type Code, type catalogue, type Diagnostic, type Parameters, type Related } from '../src/diagnostics/index.js';
import type { Source } from '../src/ir/index.js';
import type { Word } from './extension.js';

/** Where the diagnostics of one file go. */
export interface Log {
  readonly file: string;
  readonly diagnostics: Diagnostic[];
}

/** Which rule a line makes, for its diagnostics. */
export interface Spot {
  table?: string;
  chain?: string;
  rule?: number;
}

export function log<C extends Code>(
  to: Log,
  code: C,
  parameters: Parameters<(typeof catalogue)[C]>,
  at: Source,
  extra: { readonly hint?: string | undefined; readonly related?: readonly Related[]; readonly spot?: Spot } = {},
): void {
  const { hint, related, spot } = extra;
  to.diagnostics.push(
    diagnose(code, parameters, { ...at, ...spot, file: to.file }, {
      ...(hint === undefined ? {} : { hint }),
      ...(related === undefined ? {} : { related }),
    }),
  );
}

/** Reports faults of one line; what readers of values take. `failed` tells whether an error was among them. */
export class LineReporter {
  readonly source: Source;
  readonly spot: Spot = {};
  failed = false;
  private readonly to: Log;

  constructor(to: Log, source: Source) {
    this.to = to;
    this.source = source;
  }

  report<C extends Code>(code: C, parameters: Parameters<(typeof catalogue)[C]>, at: Source = this.source, hint?: string): void {
    log(this.to, code, parameters, at, { hint, spot: this.spot });
    if (this.to.diagnostics[this.to.diagnostics.length - 1]?.severity === 'error') this.failed = true;
  }

  at(word: Word): Source {
    return { line: this.source.line, column: word.column, endColumn: word.endColumn };
  }
}
