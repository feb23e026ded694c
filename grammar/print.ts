import { byteLength, type Chain, type Conditions, type Counters, type Family, type Jump, type Match, type Rule, type Ruleset, type Table } from '../src/ir/index.js';
import type { Diagnostic, Result } from '../src/diagnostics/index.js';
import type { AnyJumpExtension, AnyMatchExtension } from './extension.js';
import { jumpExtensions } from './jumps/index.js';
import { matchExtensions } from './matches/index.js';
import { formatNetwork } from './values/address.js';
import { formatInterface } from './values/interface.js';
import { formatProtocol } from './values/protocol.js';
import { quoteIfNeeded } from './values/quote.js';

/**
 * The canonical dump: table by table what `iptables-legacy-save` prints of it, or where that loses meaning or cannot be read again
 * the faithful form (the parser warns of those). With `counters` as `iptables-save -c` prints it, else all counters are zero.
 */
export function print(ruleset: Ruleset, options: { readonly counters: boolean }): Result<string> {
  const diagnostics: Diagnostic[] = [];
  const out: string[] = [];
  for (const table of ruleset.tables) printTable(table, ruleset.family, options.counters, out);
  return { value: out.join(''), diagnostics };
}

/** One rule as `iptables-save` prints it: `-A CHAIN ...`, for messages and traces. */
export function printRule(rule: Rule, chain: string, family: Family): string {
  return ruleLine(rule, chain, family, (name) => name);
}

function printTable(table: Table, family: Family, counters: boolean, out: string[]): void {
  const aliases = aliasesOf(table);
  const name = (chain: string): string => aliases.get(chain) ?? chain;
  out.push(`*${table.name}\n`);
  for (const chain of table.chains) {
    if (chain.kind === 'base') out.push(`:${chain.name} ${chain.policy} ${formatCounters(counters ? chain.counters : undefined)}\n`);
    else out.push(`:${name(chain.name)} - [0:0]\n`);
  }
  for (const chain of table.chains) {
    for (const rule of chain.rules) {
      const line = ruleLine(rule, chain.name, family, name);
      out.push(counters ? `${formatCounters(rule.counters)} ${line}\n` : `${line}\n`);
    }
  }
  for (const [chain, alias] of aliases) out.push(`-E ${alias} ${quoteIfNeeded(chain)}\n`);
  out.push('COMMIT\n');
}

const formatCounters = (counters: Counters | undefined): string =>
  counters === undefined ? '[0:0]' : `[${counters.packets}:${counters.bytes}]`;

/**
 * `-E` can give chains names that no other line can speak (blanks, more than 28 bytes). They are written under another name, and
 * renamed at the end.
 */
function aliasesOf(table: Table): Map<string, string> {
  const aliases = new Map<string, string>();
  const taken = new Set(table.chains.map((chain) => chain.name));
  for (const chain of table.chains) {
    if (chain.kind === 'base' || speakable(chain)) continue;
    let number = aliases.size + 1;
    while (taken.has(`chain-${number}`)) number += 1;
    taken.add(`chain-${number}`);
    aliases.set(chain.name, `chain-${number}`);
  }
  return aliases;
}

const speakable = ({ name }: Chain): boolean =>
  name !== '' && byteLength(name) <= 28 && (/^[-!]/.test(name) || !/[ \t\n\v\f\r]/.test(name));

function ruleLine(rule: Rule, chain: string, family: Family, name: (chain: string) => string): string {
  const head = `-A ${quoteIfNeeded(name(chain))}${printConditions(rule.conditions, family)}`;
  const jump = printJump(rule.jump, family, name);
  let line = head;
  for (const match of rule.matches) line += printMatch(match, family);
  line += jump;
  return line.includes('\n') ? breakLast(head, [...rule.matches.map((match) => printMatch(match, family)), jump]) : line;
}

/**
 * A text that ends in a newline came from a quote that nothing closed, and only such a quote at the end of a line says it again:
 * its part goes last, the quote stays open, and the line's own end is the newline.
 */
function breakLast(head: string, parts: readonly string[]): string {
  const broken = parts.filter((part) => part.includes('\n'));
  const whole = parts.filter((part) => !part.includes('\n'));
  return `${head}${whole.join('')}${broken.join('').replace(/\n"$/, '')}`;
}

const bang = (negated: boolean): string => (negated ? ' !' : '');

function printConditions(conditions: Conditions, family: Family): string {
  const { source, destination, inInterface, outInterface, protocol, anyProtocol, fragment } = conditions;
  let text = '';
  if (source !== undefined) text += `${bang(source.negated)} -s ${formatNetwork(family, source.value)}`;
  if (destination !== undefined) text += `${bang(destination.negated)} -d ${formatNetwork(family, destination.value)}`;
  if (inInterface !== undefined) text += `${bang(inInterface.negated)} -i ${quoteIfNeeded(formatInterface(inInterface.value))}`;
  if (outInterface !== undefined) text += `${bang(outInterface.negated)} -o ${quoteIfNeeded(formatInterface(outInterface.value))}`;
  if (protocol !== undefined) text += `${bang(protocol.negated)} -p ${formatProtocol(protocol.value)}`;
  if (anyProtocol === true) text += ' -p all';
  if (fragment !== undefined) text += `${bang(fragment.negated)} -f`;
  return text;
}

/** The one cast that a table keyed by kind needs: the node and its extension belong together. */
function printMatch(match: Match, family: Family): string {
  const extension = matchExtensions[match.kind] as unknown as AnyMatchExtension;
  return ` -m ${extension.modules[0] ?? match.kind}${extension.print(match, { family })}`;
}

function printJump(jump: Jump | undefined, family: Family, name: (chain: string) => string): string {
  if (jump === undefined) return '';
  switch (jump.kind) {
    case 'accept':
      return ' -j ACCEPT';
    case 'drop':
      return ' -j DROP';
    case 'return':
      return ' -j RETURN';
    case 'chain':
      return ` -j ${quoteIfNeeded(name(jump.chain))}`;
    case 'goto':
      return ` -g ${quoteIfNeeded(name(jump.chain))}`;
    default: {
      const extension = jumpExtensions[jump.kind] as unknown as AnyJumpExtension;
      return ` -j ${extension.target}${extension.print(jump, { family })}`;
    }
  }
}
