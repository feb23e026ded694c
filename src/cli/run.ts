import { parseArgs } from 'node:util';
import { printable, renderReport, renderText, reportFormats, schemaVersion, type Diagnostic, type ReportFormat, nearest } from '../diagnostics/index.js';
import { encodeText } from '../ir/index.js';
import { version } from '../version.js';
import { flag, word, type Command, type Ending, type OptionValues, type Session } from './command.js';
import { commands } from './commands/index.js';
import { readInput, writeOutput, type Input } from './files.js';
import { overview } from './overview.js';
import { exitStatus, type ExitStatus } from './status.js';
import { usage } from './usage.js';

/** Options that every command takes. */
const commonOptions = {
  help: { type: 'boolean', short: 'h' },
  output: { type: 'string', short: 'o' },
  format: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  'no-color': { type: 'boolean' },
} as const;

/** Runs one command line and returns its exit status. */
export async function run(argv: readonly string[]): Promise<ExitStatus> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return help(rest[0], name === undefined);
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const near = nearest(name, commands.map((candidate) => candidate.name));
    return fail(usage(`there is no command ${JSON.stringify(name)}`, near === undefined ? 'ferrule --help lists the commands' : `did you mean ferrule ${near}?`));
  }
  const parsed = parseCommandLine(command, rest);
  if ('diagnostic' in parsed) return fail(parsed.diagnostic);
  const { values, positionals } = parsed;
  if (flag(values, 'help')) {
    process.stdout.write(command.help);
    return exitStatus.fine;
  }
  const format = word(values, 'format') ?? 'text';
  if (!isFormat(format, command)) return fail(usage(`--format takes ${formatsOf(command).join(', ')}, not ${JSON.stringify(format)}`));
  const lines = new Map<string, readonly string[]>();
  // Standard input can be read once only.
  const inputs = new Map<string, Input>();
  const session: Session = {
    format,
    color: !flag(values, 'no-color') && (process.env['NO_COLOR'] ?? '') === '' && process.stderr.isTTY === true,
    quiet: flag(values, 'quiet'),
    read(file) {
      const input = inputs.get(file) ?? readInput(file);
      inputs.set(file, input);
      if ('text' in input) lines.set(file, input.text.split('\n'));
      return input;
    },
  };
  const ending = await command.run(session, values, positionals);
  return finish(session, values, ending, (file, line) => lines.get(file)?.[line - 1]);
}

function parseCommandLine(command: Command, rest: readonly string[]): { readonly values: OptionValues; readonly positionals: readonly string[] } | { readonly diagnostic: Diagnostic } {
  const options: Command['options'] = { ...commonOptions, ...command.options };
  try {
    const { values, positionals, tokens } = parseArgs({ args: [...rest], options, allowPositionals: true, strict: true, tokens: true });
    const once = new Set<string>();
    for (const token of tokens) {
      if (token.kind !== 'option' || options[token.name]?.multiple === true || options[token.name]?.type === 'boolean') continue;
      if (once.has(token.name)) return { diagnostic: usage(`${token.rawName} is given twice`) };
      once.add(token.name);
    }
    return { values, positionals };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const written = /Unknown option '(-[^']*)'/.exec(message)?.[1];
    if (written === undefined) return { diagnostic: usage(`ferrule ${command.name}: ${message.split('. ')[0] ?? message}`, `ferrule ${command.name} --help shows what it takes`) };
    const near = nearest(written, Object.keys(options).map((option) => `--${option}`));
    return { diagnostic: usage(`ferrule ${command.name} has no option ${written}`, near === undefined ? `ferrule ${command.name} --help lists its options` : `did you mean ${near}?`) };
  }
}

const formatsOf = (command: Command): readonly string[] => (command.name === 'trace' ? ['text', 'json', 'jsonl'] : reportFormats);
const isFormat = (format: string, command: Command): format is ReportFormat | 'jsonl' => formatsOf(command).includes(format);

/**
 * Puts everything where the contract wants it. As text the product goes to standard output, or to `-o`, and all else to standard
 * error. In the other formats the report is the document on standard output; with `-o` it goes there if it is all there is.
 */
function finish(session: Session, values: OptionValues, ending: Ending, source: (file: string, line: number) => string | undefined): ExitStatus {
  let { status } = ending;
  const diagnostics = [...ending.diagnostics];
  const silent = status >= exitStatus.refused && ending.keepOutput !== true;
  const product = silent ? undefined : ending.output;
  const file = word(values, 'output');
  const isReport = session.format !== 'text' && session.format !== 'jsonl';
  const write = (text: string): void => {
    const failed = file === undefined || file === '-' ? void process.stdout.write(encodeText(text)) : writeOutput(file, text);
    if (failed === undefined) return;
    diagnostics.push(failed);
    status = exitStatus.refused;
  };
  if (product !== undefined && (!isReport || file !== undefined)) write(product);
  if (isReport) {
    const report = reportOf(session.format, ending, file === undefined ? product : undefined, diagnostics);
    if (product === undefined && file !== undefined && !silent) write(report);
    else process.stdout.write(report);
  } else {
    for (const diagnostic of diagnostics) {
      if (session.quiet && diagnostic.severity !== 'error') continue;
      process.stderr.write(renderText(diagnostic, { color: session.color, lines: source }));
    }
  }
  if (!session.quiet) for (const note of ending.notes ?? []) process.stderr.write(`${printable(note)}\n`);
  return status;
}

function reportOf(format: Exclude<Session['format'], 'text' | 'jsonl'>, ending: Ending, product: string | undefined, diagnostics: readonly Diagnostic[]): string {
  if (format !== 'json') return ending.report?.(format) ?? renderReport(diagnostics, format, version, { color: false });
  return `${JSON.stringify({ schemaVersion, ...ending.document, ...(product === undefined ? {} : { output: product }), diagnostics }, null, 2)}\n`;
}

function fail(diagnostic: Diagnostic): ExitStatus {
  process.stderr.write(renderText(diagnostic, { color: false }));
  return exitStatus.refused;
}

function help(name: string | undefined, asked: boolean): ExitStatus {
  const command = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && command === undefined) return fail(usage(`there is no command ${JSON.stringify(name)}`, 'ferrule --help lists the commands'));
  const text = command?.help ?? overview(commands);
  if (asked) {
    process.stderr.write(text);
    return exitStatus.refused;
  }
  process.stdout.write(text);
  return exitStatus.fine;
}
