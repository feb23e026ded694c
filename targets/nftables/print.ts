import type { Family } from '../../src/ir/index.js';
import type { NftChain, NftHelper, NftRule, NftScript, NftTable } from './ast.js';
import { printSet } from './print-set.js';
import { payloadInequalities, printStatement, type PrintContext } from './print-statement.js';
import { nftFamily } from './types.js';

export interface PrintOptions {
  /** Comment lines at the top, without `#`. */
  readonly header: readonly string[];
  /** `# line N` above each rule. */
  readonly sourceLines: boolean;
}

/**
 * One transaction that nft 1.0.6 loads. Each table is declared, deleted and defined, so that loading works on an empty machine and
 * twice is once. Prefixes of log rules that hold `$` go through variables, since nft expands `$name` inside them and has no escape.
 */
export function printScript(script: NftScript, options: PrintOptions): string {
  const prefixes = new Map<string, string>();
  const tables = script.tables.map((table) => printTable(table, options, prefixes));
  const defines = Array.from(prefixes, ([text, name]) => `define ${name} = "${text}"`);
  return [
    '#!/usr/sbin/nft -f',
    ...options.header.map((line) => (line === '' ? '#' : `# ${line}`)),
    '',
    ...(defines.length > 0 ? [...defines, ''] : []),
    tables.join('\n'),
  ].join('\n');
}

function printTable(table: NftTable, options: PrintOptions, prefixes: Map<string, string>): string {
  const context = { family: table.family, prefixes };
  const name = `${nftFamily(table.family)} ${table.name}`;
  const blocks = [
    ...table.helpers.map((helper) => printHelper(helper, table.family)),
    ...table.accounts.map((account) => `\tcounter ${account} {\n\t}`),
    ...table.sets.map((set) => printSet(set, table.family)),
    ...table.chains.map((chain) => printChain(chain, options, context)),
  ];
  return `table ${name}\ndelete table ${name}\ntable ${name} {\n${blocks.join('\n\n')}${blocks.length > 0 ? '\n' : ''}}\n`;
}

const printHelper = (helper: NftHelper, family: Family): string =>
  `\tct helper ${helper.name} {\n\t\ttype "${helper.helper}" protocol ${helper.protocol}\n\t\tl3proto ${nftFamily(family)}\n\t}`;

function printChain(chain: NftChain, options: PrintOptions, context: PrintContext): string {
  const lines: string[] = [];
  if (chain.base !== undefined) {
    const { type, hook, priority, policy } = chain.base;
    lines.push(`type ${type} hook ${hook.toLowerCase()} priority ${priority}; policy ${policy};`);
  }
  let line: number | undefined;
  for (const rule of chain.rules) {
    if (options.sourceLines && rule.origin !== undefined && rule.origin.line !== line) {
      line = rule.origin.line;
      lines.push(`# line ${line}`);
    }
    lines.push(printRule(rule, context));
  }
  return `\tchain ${chain.name} {\n${lines.map((text) => `\t\t${text}\n`).join('')}\t}`;
}

function printRule(rule: NftRule, context: PrintContext): string {
  const ranged = payloadInequalities(rule.statements) > 1;
  const words = rule.statements.map((statement) => printStatement(statement, context, ranged));
  return [...words, ...(rule.comment === undefined ? [] : [`comment "${rule.comment}"`])].join(' ');
}
