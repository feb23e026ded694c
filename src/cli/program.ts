import { diagnose, hasErrors, type Diagnostic, type Result } from '../diagnostics/index.js';
import type { Family, NamedSet, Program, Ruleset, Topology } from '../ir/index.js';
import { word, words, type OptionValues, type Session } from './command.js';
import { machineNames } from './names.js';
import { usage } from './usage.js';

/** Options of every command that reads rules. */
export const ruleOptions = {
  family: { type: 'string' },
  '4': { type: 'string', short: '4' },
  '6': { type: 'string', short: '6' },
  sets: { type: 'string', multiple: true },
} as const;

export const ruleOptionsHelp = `  RULES                iptables-save text; - is standard input
  -4 FILE, -6 FILE     one file of each family instead of RULES
  --family 4|6         the family of RULES; else told by its header, addresses and extensions
  --sets FILE          what \`ipset save\` printed, for rules that match sets; may be repeated
`;

/** Rules of both families in one file could not be read again: the second block of a table would replace the first. */
export const oneFamilyOnly = (output: string): Diagnostic => usage(`${output} holds one family at a time`, 'call it once with each file');

export interface ReadProgram {
  /** Absent when a file cannot be read at all or the command line is wrong. */
  readonly program?: Program;
  readonly diagnostics: readonly Diagnostic[];
  /** The kernel's own restore would refuse the input, or it cannot be read. */
  readonly refused: boolean;
}

interface Part {
  readonly file: string;
  readonly family: Family | undefined;
}

/** Reads the rules and sets that a command line names. */
export async function readProgram(session: Session, values: OptionValues, positionals: readonly string[]): Promise<ReadProgram> {
  const parts = inputs(values, positionals);
  if ('diagnostic' in parts) return { diagnostics: [parts.diagnostic], refused: true };
  const { checkSetFamilies, parse } = await import('../../grammar/index.js');
  const names = machineNames();
  const diagnostics: Diagnostic[] = [];
  const rulesets: Ruleset[] = [];
  for (const { file, family } of parts.parts) {
    const input = session.read(file);
    if ('diagnostic' in input) {
      diagnostics.push(input.diagnostic);
      continue;
    }
    const result = parse(input.text, { file, names, ...(family === undefined ? {} : { family }) });
    diagnostics.push(...result.diagnostics);
    rulesets.push(result.value);
  }
  const sets = await readSets(session, values, diagnostics);
  diagnostics.push(...checkSetFamilies({ rulesets, sets }));
  const [first, second] = rulesets;
  if (first !== undefined && second !== undefined && first.family === second.family) {
    diagnostics.push(diagnose('family-mismatch', { file: second.file, wanted: second.family }, { file: second.file, line: 0, column: 0, endColumn: 0 }));
  }
  return { program: { rulesets, sets }, diagnostics, refused: hasErrors(diagnostics) };
}

/** Reads the files that `--sets` names. */
export async function readSets(session: Session, values: OptionValues, diagnostics: Diagnostic[]): Promise<readonly NamedSet[]> {
  const files = words(values, 'sets');
  if (files.length === 0) return [];
  const { parseSets } = await import('../../grammar/index.js');
  return files.flatMap((file) => {
    const input = session.read(file);
    if ('diagnostic' in input) {
      diagnostics.push(input.diagnostic);
      return [];
    }
    const result = parseSets(input.text, { file });
    diagnostics.push(...result.diagnostics);
    return result.value;
  });
}

function inputs(values: OptionValues, positionals: readonly string[]): { readonly parts: readonly Part[] } | { readonly diagnostic: Diagnostic } {
  const family = word(values, 'family');
  if (family !== undefined && family !== '4' && family !== '6') return { diagnostic: usage(`--family takes 4 or 6, not ${JSON.stringify(family)}`) };
  const named: Part[] = [];
  const four = word(values, '4');
  const six = word(values, '6');
  if (four !== undefined) named.push({ file: four, family: 4 });
  if (six !== undefined) named.push({ file: six, family: 6 });
  if (named.length > 0) {
    if (positionals.length > 0) return { diagnostic: usage(`with -4 and -6 there is no further file: ${JSON.stringify(positionals[0])}`) };
    if (family !== undefined) return { diagnostic: usage('-4 and -6 say the family already: leave --family out') };
    return { parts: named };
  }
  const [file, extra] = positionals;
  if (file === undefined) return { diagnostic: usage('no rules to read', 'name a file that iptables-save wrote, or - for standard input') };
  if (extra !== undefined) return { diagnostic: usage(`one file of rules at a time: ${JSON.stringify(extra)} is too many`, 'both families together: -4 FILE -6 FILE') };
  return { parts: [{ file, family: family === undefined ? undefined : family === '4' ? 4 : 6 }] };
}

/** Reads `--topology`, if given. */
export const readTopology = (session: Session, values: OptionValues, diagnostics: Diagnostic[]): Promise<Topology | undefined> =>
  readOptional('topology', session, values, diagnostics, async (text, file) => (await import('../packet/index.js')).parseTopology(text, { file }));

/** Reads the one file that an option names, if given. */
async function readOptional<T>(option: string, session: Session, values: OptionValues, diagnostics: Diagnostic[], parse: (text: string, file: string) => Promise<Result<T>>): Promise<T | undefined> {
  const file = word(values, option);
  if (file === undefined) return undefined;
  const input = session.read(file);
  if ('diagnostic' in input) {
    diagnostics.push(input.diagnostic);
    return undefined;
  }
  const result = await parse(input.text, file);
  diagnostics.push(...result.diagnostics);
  return result.value;
}

/** Option of every command that judges packets. */
export const fingerprintsHelp = `  --fingerprints FILE  what nfnl_osf has loaded, in the form of pf.os, for rules that match osf
`;

/** The program with the fingerprints of `--fingerprints`, if given. */
export async function withFingerprints(program: Program | undefined, session: Session, values: OptionValues, diagnostics: Diagnostic[]): Promise<Program | undefined> {
  const fingerprints = await readOptional('fingerprints', session, values, diagnostics, async (text, file) => (await import('../../grammar/index.js')).parseFingerprints(text, { file }));
  return program === undefined || fingerprints === undefined ? program : { ...program, fingerprints };
}
