import { diagnose, hasErrors, nearest, type Diagnostic } from '../diagnostics/index.js';
import type { Family, NamedSet } from '../ir/index.js';
import { inputFormats, type InputFormat } from '../verify/detect.js';
import type { Input } from '../verify/sides.js';
import { word, words, type OptionValues, type Session } from './command.js';
import { machineNames } from './names.js';
import { readSets } from './program.js';
import { usage } from './usage.js';

/** The two inputs of a comparison, as far as they could be read. */
export interface Sides {
  readonly left?: Input;
  readonly right?: Input;
}

/** What one side is made of: one file of any format, or iptables rules of each family. */
type Named = { readonly file: string; readonly format: InputFormat | undefined; readonly family: Family | undefined } | { readonly pair: readonly { readonly file: string; readonly family: Family }[] };

/** Reads LEFT and RIGHT, or LEFT alone, as a command line names them. */
export async function readSides(session: Session, values: OptionValues, positionals: readonly string[], count: 1 | 2, diagnostics: Diagnostic[]): Promise<Sides> {
  const named = namedSides(values, positionals, count, diagnostics);
  if (named === undefined || hasErrors(diagnostics)) return {};
  const sets = await readSets(session, values, diagnostics);
  const left = await readSide(session, named.left, sets, diagnostics);
  const right = named.right === undefined ? undefined : await readSide(session, named.right, sets, diagnostics);
  return { ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) };
}

/** `-4` and `-6` stand for LEFT, and given twice for RIGHT too. */
function namedSides(values: OptionValues, positionals: readonly string[], count: 1 | 2, diagnostics: Diagnostic[]): { readonly left: Named; readonly right?: Named } | undefined {
  const fail = (problem: string, hint?: string): undefined => void diagnostics.push(usage(problem, hint));
  const formats = [formatOf(values, 'left-format', diagnostics), formatOf(values, 'right-format', diagnostics)];
  const family = word(values, 'family');
  if (family !== undefined && family !== '4' && family !== '6') return fail(`--family takes 4 or 6, not ${JSON.stringify(family)}`);
  const [four, six] = [words(values, '4'), words(values, '6')];
  if (four.length > 2 || six.length > 2) return fail('there are two sides: -4 and -6 are given twice at most');
  const pair = (index: number): readonly { readonly file: string; readonly family: Family }[] => [
    ...(four[index] === undefined ? [] : [{ file: four[index], family: 4 as const }]),
    ...(six[index] === undefined ? [] : [{ file: six[index], family: 6 as const }]),
  ];
  const pairs = [pair(0), pair(1)].filter((files) => files.length > 0);
  if (pairs.length > 0 && family !== undefined) return fail('-4 and -6 say the family already: leave --family out');
  const sides: Named[] = [...pairs.map((files): Named => ({ pair: files })), ...positionals.map((file, index): Named => ({ file, format: formats[pairs.length + index], family: family === undefined ? undefined : family === '4' ? 4 : 6 }))];
  const [left, right, extra] = sides;
  if (count === 1) {
    if (left === undefined) return fail('no rules to ask', 'ferrule verify --policy POLICY LEFT: a file, or - for standard input');
    return right === undefined ? { left } : fail('a policy is asked of one rule set; more files are named');
  }
  if (left === undefined || right === undefined) return fail(left === undefined ? 'no rules to compare' : 'only one side to compare', 'ferrule verify LEFT RIGHT: each a file, or - for standard input');
  if (extra !== undefined) return fail('there are two sides, LEFT and RIGHT; more files than that are named', 'both families of a side: -4 FILE -6 FILE instead of LEFT');
  return { left, right };
}

function formatOf(values: OptionValues, option: string, diagnostics: Diagnostic[]): InputFormat | undefined {
  const text = word(values, option);
  if (text === undefined || text === 'auto') return undefined;
  const format = inputFormats.find((one) => one === text);
  const near = nearest(text, inputFormats);
  if (format === undefined) diagnostics.push(usage(`--${option} has no ${JSON.stringify(text)}`, near === undefined ? `it takes auto, ${inputFormats.join(', ')}` : `did you mean ${near}?`));
  return format;
}

async function readSide(session: Session, named: Named, sets: readonly NamedSet[], diagnostics: Diagnostic[]): Promise<Input | undefined> {
  const texts = ('pair' in named ? named.pair : [named]).flatMap(({ file, family }) => {
    const input = session.read(file);
    if ('text' in input) return [{ text: input.text, file, family }];
    diagnostics.push(input.diagnostic);
    return [];
  });
  const [first] = texts;
  if (first === undefined || texts.length < ('pair' in named ? named.pair.length : 1)) return undefined;
  const { readInput, readIptables } = await import('../verify/read.js');
  if ('pair' in named) {
    const read = readIptables(texts, sets, machineNames());
    diagnostics.push(...read.diagnostics);
    const [one, other] = texts;
    if (one !== undefined && other !== undefined && read.value !== undefined && new Set(read.value.speaksOf).size < 2) diagnostics.push(diagnose('family-mismatch', { file: other.file, wanted: other.family ?? 6 }, { file: other.file, line: 0, column: 0, endColumn: 0 }));
    return read.value;
  }
  const { detectFormat } = await import('../verify/detect.js');
  const format = named.format ?? detectFormat(first.text);
  if (format !== 'iptables') return await readNft(first.text, named.file, format, diagnostics);
  const read = readInput(first.text, { file: named.file, format, sets, names: machineNames(), ...(named.family === undefined ? {} : { family: named.family }) });
  diagnostics.push(...read.diagnostics);
  return read.value;
}

/** A script is loaded into a namespace of its own and read as it is listed there; where that cannot be, it is read itself. A listing is read. */
async function readNft(text: string, file: string, format: 'nft' | 'nft-json', diagnostics: Diagnostic[]): Promise<Input | undefined> {
  const { holdsCommands, readNftListing, readNftText } = await import('../verify/read.js');
  const done = (read: ReturnType<typeof readNftListing>): Input | undefined => {
    diagnostics.push(...read.diagnostics);
    return read.value;
  };
  if (format === 'nft-json' && !holdsCommands(text)) return done(readNftListing(text, { file }));
  const { loadInSandbox } = await import('./sandbox.js');
  const loaded = await loadInSandbox(text, file, format === 'nft' ? 'text' : 'json');
  switch (loaded.kind) {
    case 'listed':
      return done(readNftListing(loaded.json, { file, listing: loaded.text, ...(format === 'nft' ? { script: text } : {}) }));
    case 'refused':
      diagnostics.push(...loaded.diagnostics);
      return undefined;
    case 'unavailable':
      if (format === 'nft-json') return done(readNftListing(text, { file }));
      diagnostics.push(diagnose('nft-read-as-text', { reason: loaded.reason }, { file, line: 0, column: 0, endColumn: 0 }));
      return done(readNftText(text, file));
  }
}
