import { byteLength, tableNames, type Counters, type Family, type Ruleset, type Source, type TableName } from '../src/ir/index.js';
import { didYouMean, hasErrors, type Result } from '../src/diagnostics/index.js';
import { applyPolicy, chainNameLimit, isTaken, runCommand, userChain } from './commands.js';
import { countersOf, parseCounters, splitPrefix } from './counters.js';
import type { NameService } from './extension.js';
import { inferFamily } from './family.js';
import { forEachLine, wholeLine, type Line } from './lines.js';
import { resolve } from './options.js';
import { parseChainLine, parseCommandLine, parseTableLine } from './parser.js';
import { checkTable } from './placement.js';
import { LineReporter, log, type Log } from './report.js';
import { checkShared } from './shared.js';
import { flushTable, freezeTable, isTableName, newTable, type TableState } from './state.js';

export { print, printRule } from './print.js';
export { parseFingerprints } from './fingerprints.js';
export { parseSets } from './sets.js';
export { checkSetFamilies } from './set-families.js';
export type { NameService } from './extension.js';

export interface ParseOptions {
  /** As the user named it, for diagnostics; `-` for standard input. */
  readonly file: string;
  /** Inferred from the text when absent; IPv4 with a note when nothing tells. */
  readonly family?: Family;
  /** User and group names; without it only numbers are taken. */
  readonly names?: NameService;
}

/**
 * Reads what `iptables-save` prints and all that `iptables-legacy-restore` 1.8.9 takes, and carries out its commands. The value
 * holds every line without an error; an error among the diagnostics means that the kernel's own restore would refuse the file.
 * Read under a warning although restore refuses them: DOS line ends, a last line without newline, blanks behind COMMIT, and
 * negation behind the option.
 */
export function parse(text: string, options: ParseOptions): Result<Ruleset> {
  const to: Log = { file: options.file, diagnostics: [] };
  const family = options.family ?? inferFamily(text);
  if (family === undefined) log(to, 'family-assumed', {}, { line: 1, column: 1, endColumn: 2 });
  const reader = new Reader(to, family ?? 4, options.names ?? {});
  forEachLine(text, to, (line) => {
    reader.read(line);
  });
  const value = reader.finish();
  // Faults found at COMMIT belong among those of their lines.
  const diagnostics = to.diagnostics.toSorted((a, b) => a.line - b.line);
  return { value: hasErrors(diagnostics) ? withoutLines(value, new Set(diagnostics.flatMap((d) => (d.severity === 'error' ? [d.line] : [])))) : value, diagnostics };
}

/** Rules that only COMMIT finds fault with are no good lines either. */
const withoutLines = (ruleset: Ruleset, faulty: ReadonlySet<number>): Ruleset => ({
  ...ruleset,
  tables: ruleset.tables.map((table) => ({ ...table, chains: table.chains.map((chain) => ({ ...chain, rules: chain.rules.filter((rule) => !faulty.has(rule.source.line)) })) })),
});

/** Bytes in one word, and words in one line, that iptables-restore takes. */
const wordLimit = 1023;
const wordCountLimit = 251;

class Reader {
  private readonly tables = new Map<TableName, TableState>();
  private readonly announced = new Set<string>();
  private table: TableState | undefined;
  /** Between an unknown `*table` and its COMMIT nothing is read. */
  private unknownTable = false;
  private opened: { readonly name: string; readonly source: Source } | undefined;
  private last: Source = { line: 1, column: 1, endColumn: 2 };

  private readonly to: Log;
  private readonly family: Family;
  private readonly names: NameService;

  constructor(to: Log, family: Family, names: NameService) {
    this.to = to;
    this.family = family;
    this.names = names;
  }

  read(line: Line): void {
    const { text } = line;
    if (text === '' && line.newline) return;
    const source = wholeLine(line);
    this.last = source;
    if (text.startsWith('#')) return;
    if (this.isCommit(line, source)) {
      this.commit();
      return;
    }
    if (text.startsWith('*') && (this.opened === undefined || isTableName(text.slice(1).trim()))) {
      if (this.opened !== undefined) this.missingCommit(source);
      this.open(line, source);
      return;
    }
    if (this.unknownTable) return;
    if (this.table === undefined) {
      log(this.to, 'unknown-line', { text: text.trim() === '' ? 'blanks' : text.slice(0, 60) }, source);
    } else if (text.startsWith(':')) {
      this.declare(line, source, this.table);
    } else {
      this.command(line, source, this.table);
    }
  }

  finish(): Ruleset {
    if (this.opened !== undefined) this.missingCommit(this.last);
    checkShared(this.tables.values(), this.to);
    const tables = tableNames.flatMap((name) => {
      const table = this.tables.get(name);
      return table === undefined ? [] : [freezeTable(table)];
    });
    return { family: this.family, file: this.to.file, tables };
  }

  /** COMMIT must stand alone; blanks behind it and a missing newline are forgiven. */
  private isCommit(line: Line, source: Source): boolean {
    if (this.opened === undefined || !/^COMMIT[ \t]*$/.test(line.text)) return false;
    if (line.text !== 'COMMIT') log(this.to, 'commit-blanks', {}, { ...source, column: 7 });
    if (!line.newline) log(this.to, 'no-final-newline', {}, source);
    return true;
  }

  private commit(): void {
    if (this.table !== undefined) checkTable(this.table, this.family, this.to);
    this.table = undefined;
    this.opened = undefined;
    this.unknownTable = false;
  }

  private missingCommit(at: Source): void {
    if (this.opened === undefined) return;
    const { name, source } = this.opened;
    log(this.to, 'missing-commit', { table: name }, at, {
      related: [{ message: `*${name} begins here`, file: this.to.file, line: source.line }],
    });
    this.commit();
  }

  private open(line: Line, source: Source): void {
    const { name } = parseTableLine(line.text.slice(1), line.base + 1);
    if (name === undefined) {
      log(this.to, 'missing-table-name', {}, source);
      return;
    }
    this.opened = { name: name.text, source };
    if (!isTableName(name.text)) {
      const at = { ...source, column: name.column, endColumn: name.endColumn };
      log(this.to, 'unknown-table', { name: name.text }, at, { hint: didYouMean(name.text, tableNames) });
      this.unknownTable = true;
      return;
    }
    const known = this.tables.get(name.text);
    this.table = known ?? newTable(name.text);
    if (known === undefined) this.tables.set(name.text, this.table);
    else flushTable(known);
  }

  /** `:CHAIN POLICY [packets:bytes]`. */
  private declare(line: Line, source: Source, table: TableState): void {
    const reporter = this.reporter(source, table);
    const { chain, policy, counters } = parseChainLine(line.text.slice(1), line.base + 1);
    if (chain === undefined) {
      reporter.report('missing-chain-name', {});
      return;
    }
    const name = chain.text;
    reporter.spot.chain = name;
    if (byteLength(name) > chainNameLimit) {
      reporter.report('chain-name-too-long', { chain: name, max: chainNameLimit }, reporter.at(chain));
      return;
    }
    let state = table.chains.get(name);
    if (state?.hook === undefined) {
      if (isTaken(name, table)) {
        reporter.report('chain-exists', { chain: name }, reporter.at(chain));
        return;
      }
      state = userChain(name, reporter);
      table.chains.set(name, state);
      this.announced.add(name);
    }
    if (policy === undefined) {
      reporter.report('missing-policy', { chain: name });
    } else if (policy.text !== '-') {
      const read = counters === undefined ? undefined : parseCounters(counters.text);
      if (counters !== undefined && read === undefined) reporter.report('counters-not-read', { text: counters.text }, reporter.at(counters));
      applyPolicy(state, policy, read ?? { packets: 0n, bytes: 0n }, reporter);
    }
  }

  private command(line: Line, source: Source, table: TableState): void {
    const reporter = this.reporter(source, table);
    const prefix = splitPrefix(line.text);
    if (prefix.kind === 'fault') {
      reporter.report('bad-counters', { problem: prefix.problem });
      return;
    }
    const start = prefix.kind === 'none' ? 0 : prefix.start;
    const end = prefix.kind === 'none' ? line.text.length : prefix.end;
    const text = line.text.slice(start, end) + (line.newline && end === line.text.length ? '\n' : '');
    const { words, open } = parseCommandLine(text, line.base + start);
    if (words.length === 0) {
      reporter.report('blank-line', {});
      return;
    }
    if (!this.withinLimits(words, reporter)) return;
    const last = words[words.length - 1];
    if (open && last !== undefined) reporter.report('unclosed-quote', {}, reporter.at(last));
    const resolved = resolve(words, { family: this.family, announced: this.announced }, reporter);
    if (resolved === undefined) return;
    const counters = prefix.kind === 'none' ? undefined : this.counters(prefix.packets, prefix.bytes, line, reporter);
    runCommand(resolved, { family: this.family, table, names: this.names, reporter, counters, announced: this.announced });
  }

  private counters(packets: string, bytes: string, line: Line, reporter: LineReporter): Counters | undefined {
    const counters = countersOf(packets, bytes);
    if (counters === undefined) reporter.report('counters-not-read', { text: line.text.slice(0, line.text.indexOf(']') + 1) });
    return counters;
  }

  private withinLimits(words: readonly { readonly text: string; readonly column: number; readonly endColumn: number }[], reporter: LineReporter): boolean {
    for (const word of words) {
      if (word.text.length * 3 <= wordLimit) continue;
      const length = byteLength(word.text);
      if (length <= wordLimit) continue;
      reporter.report('word-too-long', { length, max: wordLimit }, reporter.at(word));
      return false;
    }
    if (words.length <= wordCountLimit) return true;
    reporter.report('too-many-words', { count: words.length, max: wordCountLimit });
    return false;
  }

  private reporter(source: Source, table: TableState): LineReporter {
    const reporter = new LineReporter(this.to, source);
    reporter.spot.table = table.name;
    return reporter;
  }
}
