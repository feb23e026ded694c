import type { ParseArgsConfig } from 'node:util';
import type { Diagnostic, ReportFormat } from '../diagnostics/index.js';
import type { ExitStatus } from './status.js';

/** The values of a command line after parsing: what `util.parseArgs` returns, typed as we use it. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** One subcommand: a file in `commands/`, listed in `commands/index.ts`. */
export interface Command {
  readonly name: string;
  /** Half a line for the overview. */
  readonly summary: string;
  /** The whole page for `--help`. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(session: Session, values: OptionValues, positionals: readonly string[]): Promise<Ending> | Ending;
}

/** Formats that a command may draw by itself. */
export type DrawnFormat = Exclude<ReportFormat, 'text' | 'json'>;

/** What a command leaves behind: text for standard output (or `-o`), diagnostics, and the exit status. */
export interface Ending {
  readonly status: ExitStatus;
  /** The product. Dropped when the status says that there is none, unless `keepOutput`. */
  readonly output?: string;
  readonly keepOutput?: true;
  readonly diagnostics: readonly Diagnostic[];
  /** Further lines for standard error, printed unless `--quiet`. */
  readonly notes?: readonly string[];
  /** Fields that the JSON document carries beside `diagnostics`. */
  readonly document?: Readonly<Record<string, unknown>>;
  /** The report in a format other than text and JSON, where it is more than the diagnostics. */
  readonly report?: (format: DrawnFormat) => string;
}

/** The surroundings of one run. */
export interface Session {
  readonly format: ReportFormat | 'jsonl';
  readonly color: boolean;
  readonly quiet: boolean;
  /** Remembers the lines of what was read, for carets. */
  read(file: string): { readonly text: string } | { readonly diagnostic: Diagnostic };
}

/** Reads an option that takes one word. */
export const word = (values: OptionValues, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

/** Reads an option that may be repeated. */
export const words = (values: OptionValues, name: string): readonly string[] => {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
};

export const flag = (values: OptionValues, name: string): boolean => values[name] === true;
