import { checkSetFamilies, parse, type NameService } from '../../grammar/index.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readListing } from '../../targets/nftables/read/json.js';
import type { ListedRule, ListedScript, ListedTable } from '../../targets/nftables/read/listed.js';
import { readText } from '../../targets/nftables/read/text.js';
import { withScript } from '../../targets/nftables/read/untold.js';
import { diagnose, hasErrors, type Diagnostic, type Result } from '../diagnostics/index.js';
import type { CoreProgram, Family, NamedSet, TraceStep } from '../ir/index.js';
import { detectFormat, type InputFormat } from './detect.js';
import { type Input, iptablesInput, nftInput } from './sides.js';

export interface ReadInputOptions {
  /** How diagnostics and reports name the text. */
  readonly file?: string;
  /** Told by the text unless given. */
  readonly format?: InputFormat;
  /** The family of iptables rules; else told by their header, addresses and extensions. */
  readonly family?: Family;
  /** For iptables rules that match sets. */
  readonly sets?: readonly NamedSet[];
  readonly names?: NameService;
}

/** Reads one side of a comparison. Undefined where an error is among the diagnostics. A script of nft is read, not loaded: see `readNftText`. */
export function readInput(text: string, options: ReadInputOptions = {}): Result<Input | undefined> {
  const file = options.file ?? '-';
  switch (options.format ?? detectFormat(text)) {
    case 'iptables':
      return readIptables([{ text, file, family: options.family }], options.sets ?? [], options.names);
    case 'nft':
      return readNftText(text, file);
    case 'nft-json':
      return readNftListing(text, { file });
  }
}

export interface IptablesText {
  readonly text: string;
  readonly file: string;
  readonly family: Family | undefined;
}

/** One side of iptables rules: a file, or one of each family. */
export function readIptables(texts: readonly IptablesText[], sets: readonly NamedSet[], names?: NameService): Result<Input | undefined> {
  const diagnostics: Diagnostic[] = [];
  const rulesets = texts.map(({ text, file, family }) => {
    const result = parse(text, { file, ...(names === undefined ? {} : { names }), ...(family === undefined ? {} : { family }) });
    diagnostics.push(...result.diagnostics);
    return result.value;
  });
  diagnostics.push(...checkSetFamilies({ rulesets, sets }));
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const lines = new Map(texts.map(({ text, file }) => [file, text.split('\n')]));
  return { value: iptablesInput({ rulesets, sets }, (file) => lines.get(file)), diagnostics };
}

/** What `nft list ruleset` prints, or a script in that form: tables with their chains, without `add rule`, includes or flushed tables. */
export function readNftText(text: string, file: string): Result<Input | undefined> {
  const read = readText(text, { file, form: 'script' });
  if (read.value === undefined || hasErrors(read.diagnostics)) return { value: undefined, diagnostics: read.diagnostics };
  const raised = raise(read.value, { file });
  const lines = text.split('\n');
  return { value: nftInput(raised.value, file, 'line', textsOf(raised.value, ({ line }) => lines[line - 1]?.trim())), diagnostics: [...read.diagnostics, ...raised.diagnostics] };
}

export interface ListingOptions {
  readonly file: string;
  /** What `nft -a list ruleset` prints of the same rules: their text. */
  readonly listing?: string;
  /** The script that was loaded before they were listed: their lines. */
  readonly script?: string;
}

/** Whether JSON of nft is a script, `{"nftables": [{"add": ...}]}`, rather than a listing. */
export function holdsCommands(json: string): boolean {
  let whole: unknown;
  try {
    whole = JSON.parse(json);
  } catch {
    return false;
  }
  const objects: unknown = isRecord(whole) ? whole['nftables'] : undefined;
  return Array.isArray(objects) && objects.some((one: unknown) => isRecord(one) && commands.some((command) => command in one));
}

const commands = ['add', 'create', 'insert', 'replace', 'delete', 'destroy', 'flush', 'rename', 'list', 'reset'] as const;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `nft -j list ruleset` prints. */
export function readNftListing(json: string, { file, listing, script }: ListingOptions): Result<Input | undefined> {
  if (holdsCommands(json)) return { value: undefined, diagnostics: [diagnose('nft-listing', { reason: 'it holds commands, which nft would have to carry out first' }, { file, line: 1, column: 1, endColumn: 2 })] };
  const read = readListing(json, { file });
  if (read.value === undefined || hasErrors(read.diagnostics)) return { value: undefined, diagnostics: read.diagnostics };
  const written = script === undefined ? undefined : readText(script, { file, form: 'script' }).value;
  // What the listing does not tell, the script does.
  const told = written === undefined ? read.value : withScript(read.value, written).script;
  const placed = written === undefined ? undefined : withLines(told, written);
  const raised = raise(placed ?? told, { file });
  const lines = script?.split('\n') ?? [];
  const texts = listing === undefined ? new Map<string, string>() : listedTexts(listing);
  const ruleText = placed === undefined ? ({ chain, line }: TraceStep): string | undefined => texts.get(`${plainChain(chain)} ${line}`) : ({ line }: TraceStep): string | undefined => lines[line - 1]?.trim();
  return { value: nftInput(raised.value, file, placed === undefined ? 'handle' : 'line', textsOf(raised.value, ruleText)), diagnostics: [...read.diagnostics, ...raised.diagnostics] };
}

/** Raising a rule may take chains beside its own; they are named after it. */
const plainChain = (chain: string): string => chain.replace(/~\d+\.\d+$/, '');

/** The text of rules as `ruleText` has it, of policies in nft's words. */
function textsOf(program: CoreProgram, ruleText: (step: TraceStep) => string | undefined): (family: Family, step: TraceStep) => string | undefined {
  return (family, step) => {
    if (step.rule !== 0) return ruleText(step);
    const base = program.rulesets.find((ruleset) => ruleset.family === family)?.tables.flatMap(({ chains }) => chains).find(({ name }) => name === step.chain)?.base;
    return base === undefined ? undefined : `policy ${base.policy.toLowerCase()}`;
  };
}

/** By chain and handle. */
function listedTexts(listing: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let chain = '';
  for (const line of listing.split('\n')) {
    const opened = /^\tchain (\S+) \{/.exec(line)?.[1];
    if (opened !== undefined) chain = opened;
    const rule = /^\t\t(.*) # handle (\d+)$/.exec(line);
    if (rule !== null) texts.set(`${chain} ${rule[2] ?? ''}`, rule[1] ?? '');
  }
  return texts;
}

/** Gives the rules of a listing the lines they have in the script, where it says every chain in one piece; else undefined. */
function withLines(listed: ListedScript, read: ListedScript): ListedScript | undefined {
  const tables: ListedTable[] = [];
  for (const table of listed.tables) {
    const written = read.tables.find(({ family, name, inet }) => family === table.family && name === table.name && inet === table.inet);
    const chains = table.chains.map((chain) => {
      const rules = written?.chains.find(({ name }) => name === chain.name)?.rules ?? [];
      return rules.length === chain.rules.length ? { ...chain, rules: chain.rules.map((rule, index) => placedAt(rule, rules[index])) } : undefined;
    });
    if (!chains.every((chain) => chain !== undefined)) return undefined;
    tables.push({ ...table, chains });
  }
  return { ...listed, tables };
}

const placedAt = (rule: ListedRule, written: ListedRule | undefined): ListedRule => (written?.source === undefined ? rule : { ...rule, source: written.source });
