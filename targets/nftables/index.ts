import { diagnose, hasErrors, type Diagnostic } from '../../src/diagnostics/index.js';
import { assumptions, type AssumptionId, type CoreProgram } from '../../src/ir/index.js';
import type { Compiled, Target, TargetOptions } from '../target.js';
import type { NftScript } from './ast.js';
import { printJson } from './json.js';
import { lowerScript } from './lower/script.js';
import type { Compilation, Notation } from './lower/context.js';
import { isTableName } from './names.js';
import { printScript } from './print.js';

export type { NftScript } from './ast.js';
export { createModel } from './model/index.js';
export { decodeName, encodeName } from './names.js';
export { decodeComments } from './strings.js';

export interface NftOptions extends TargetOptions {
  /** Stands before the name of every table. */
  readonly tablePrefix?: string;
  /** Each rule names its line of the input. */
  readonly sourceLines?: boolean;
}

/** The program as nft's own tree, before it becomes text. `script` is absent where a rule could not be carried. */
export interface LoweredNft {
  readonly script?: NftScript;
  readonly assumptions: readonly AssumptionId[];
  readonly diagnostics: readonly Diagnostic[];
}

export function lowerToNft(program: CoreProgram, options: NftOptions, notation: Notation = 'text'): LoweredNft {
  const compilation: Compilation = {
    strict: options.strict,
    assume: options.assume,
    notation,
    used: new Set(),
    diagnostics: [],
    namedSets: program.sets,
    changing: program.changing ?? [],
  };
  const prefix = options.tablePrefix ?? '';
  if (prefix !== '' && !isTableName(`${prefix}filter`)) {
    const place = { file: program.rulesets[0]?.file ?? '-', line: 1, column: 1, endColumn: 1 };
    return { assumptions: [], diagnostics: [diagnose('nft-table-prefix', { prefix: JSON.stringify(prefix) }, place)] };
  }
  const script = lowerScript(program, prefix, compilation);
  const used = (Object.keys(assumptions) as AssumptionId[]).filter((id) => compilation.used.has(id));
  const { diagnostics } = compilation;
  return { assumptions: used, diagnostics, ...(hasErrors(diagnostics) ? {} : { script }) };
}

function headerLines(program: CoreProgram, used: readonly AssumptionId[]): readonly string[] {
  const families = program.rulesets.map(({ family, file }) => `${family === 4 ? 'IPv4' : 'IPv6'} rules of ${printable(file)}`).join(', ');
  return [
    `Made by ferrule: ${families}, as nft 1.0.6 and later load them.`,
    'One transaction: every table below is emptied and defined anew, no other table is touched.',
    ...used.map((id) => `assumes ${id}: ${assumptions[id]}`),
  ];
}

/** A file name may hold anything; a comment ends with its line. */
const printable = (file: string): string => (file === '-' ? 'standard input' : file.replaceAll(/[^\u0020-\u007e]/g, '?'));

/** `translate --to nft`. */
export const nftables: Target<NftOptions> = {
  name: 'nft',
  description: 'an nftables script, loaded as one transaction with nft -f',
  compile: (program, options) => compile(program, options, 'text'),
};

/** `translate --to nft-json`: the same, for `nft -j -f`. JSON holds strings that text cannot. */
export const nftJson: Target<NftOptions> = {
  name: 'nft-json',
  description: 'the same as JSON, loaded with nft -j -f',
  compile: (program, options) => compile(program, options, 'json'),
};

function compile(program: CoreProgram, options: NftOptions, notation: Notation): Compiled {
  const { script, assumptions: used, diagnostics } = lowerToNft(program, options, notation);
  if (script === undefined) return { assumptions: used, diagnostics };
  const header = headerLines(program, used);
  const text = notation === 'text' ? printScript(script, { header, sourceLines: options.sourceLines === true }) : printJson(script, { header });
  return { text, assumptions: used, diagnostics };
}
