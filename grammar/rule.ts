import { type AddressMask, type Conditions, type Counters, type Family, type InterfacePattern, type Jump, type Match, type Rule, type Source, type Test } from '../src/ir/index.js';
import type { AnyJumpExtension, AnyMatchExtension, DecodeContext, NameService, Word } from './extension.js';
import type { CoreUse, Instance, Resolved } from './resolved.js';
import type { LineReporter } from './report.js';
import type { Entry, TableState } from './state.js';
import { didYouMean } from '../src/diagnostics/index.js';
import { extensions } from './extensions.js';
import { readNetwork } from './values/address.js';
import { parsePlainNetwork } from './plain-network.js';
import { formatInterface, readInterface } from './values/interface.js';
import { parts } from './values/reporter.js';
import { quoteIfNeeded } from './values/quote.js';

export interface RuleContext {
  readonly family: Family;
  readonly table: TableState;
  readonly names: NameService;
  readonly reporter: LineReporter;
}

/**
 * The rules that one line makes, in the order in which `-A` appends them: one for each pair of a source and a destination. Undefined
 * when an error was reported.
 */
export function buildRules(resolved: Resolved, context: RuleContext, counters: Counters | undefined): readonly Entry[] | undefined {
  const { reporter, family } = context;
  const matches: Match[] = [];
  for (const instance of resolved.matches) {
    const match = decodeMatch(instance, resolved, context);
    if (match === undefined) continue;
    matches.push(match);
    const loss = instance.extension.lossy?.(match, { family });
    if (loss !== undefined) warnOfLoss(`-m ${instance.extension.modules[0] ?? match.kind}`, loss, match.source, reporter);
  }
  const jump = decodeJump(resolved, context);
  const sources = readAddresses(resolved.core.get('s'), family, reporter);
  const destinations = readAddresses(resolved.core.get('d'), family, reporter);
  const inInterface = readInterfaceTest(resolved.core.get('i'), reporter);
  const outInterface = readInterfaceTest(resolved.core.get('o'), reporter);
  if (sources.length > 1 || destinations.length > 1) {
    const negated = [resolved.core.get('s'), resolved.core.get('d')].find((use) => use?.negated === true);
    if (negated !== undefined) reporter.report('negated-list', {}, reporter.at(negated.word));
  }
  if (reporter.failed) return undefined;

  const fragment = resolved.core.get('f');
  const every = family === 6 && resolved.protocol === undefined ? resolved.core.get('p') : undefined;
  const walks = every !== undefined;
  if (walks) warnOfLoss('-p all', 'drops packets whose extension headers cannot be walked, but iptables-save leaves it out', reporter.at(every.word), reporter);
  const entries: Entry[] = [];
  for (const source of sources) {
    for (const destination of destinations) {
      // Filled in place: this runs for every rule.
      const conditions: Mutable<Conditions> = {};
      if (source !== undefined) conditions.source = source;
      if (destination !== undefined) conditions.destination = destination;
      if (inInterface !== undefined) conditions.inInterface = inInterface;
      if (outInterface !== undefined) conditions.outInterface = outInterface;
      if (resolved.protocol !== undefined) conditions.protocol = resolved.protocol;
      else if (walks) conditions.anyProtocol = true;
      if (fragment !== undefined) conditions.fragment = { negated: fragment.negated };
      const rule: Mutable<Rule> = { source: reporter.source, conditions, matches };
      if (jump !== undefined) rule.jump = jump;
      if (counters !== undefined) rule.counters = counters;
      entries.push({ rule, final: isFinal(resolved, rule) });
    }
  }
  return entries;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A rule without any test and with a verdict: the kernel's walk through a chain ends there. An interface `+` counts as a test
 * for it, and in IPv6 any `-p`.
 */
function isFinal(resolved: Resolved, rule: Rule): boolean {
  const kind = rule.jump?.kind;
  if (kind !== 'accept' && kind !== 'drop' && kind !== 'return' && kind !== 'queue') return false;
  const { source, destination, protocol, anyProtocol, fragment } = rule.conditions;
  return (
    rule.matches.length === 0 &&
    source === undefined &&
    destination === undefined &&
    protocol === undefined &&
    fragment === undefined &&
    !resolved.core.has('i') &&
    !resolved.core.has('o') &&
    anyProtocol === undefined
  );
}

function decodeContext(instance: Instance<AnyMatchExtension | AnyJumpExtension>, resolved: Resolved, context: RuleContext): DecodeContext {
  const { reporter, names, family } = context;
  const source: Source = reporter.at(instance.word);
  const decoding: Mutable<DecodeContext> = {
    family,
    table: context.table.name,
    source,
    names,
    report: (code, parameters, at = source, hint) => {
      reporter.report(code, parameters, at, hint);
    },
  };
  if (instance.protocol !== undefined) decoding.protocol = instance.protocol;
  if (resolved.protocol !== undefined) decoding.protocolAnywhere = resolved.protocol;
  return decoding;
}

const decodeMatch = (instance: Instance<AnyMatchExtension>, resolved: Resolved, context: RuleContext): Match | undefined => {
  warnOfUnjudged(`-m ${instance.word.text}`, instance, context);
  return instance.extension.decode(instance.uses, decodeContext(instance, resolved, context));
};

function warnOfUnjudged(extension: string, instance: Instance<AnyMatchExtension | AnyJumpExtension>, { reporter }: RuleContext): void {
  if (instance.extension.unjudged === true) reporter.report('kernel-lacks', { extension }, reporter.at(instance.word));
}

function decodeJump(resolved: Resolved, context: RuleContext): Jump | undefined {
  const use = resolved.jump;
  if (use === undefined) return undefined;
  const { reporter, table } = context;
  const { text } = use.name;
  const source = reporter.at(use.name);
  if (table.name === 'nat' && text === 'DROP') {
    reporter.report('drop-in-nat', {}, source);
    return undefined;
  }
  const chain = table.chains.get(text);
  if (chain !== undefined) {
    if (use.extension !== undefined) {
      reporter.report('chain-shadows-target', { name: text }, source);
      use.extension.extension.decode(use.extension.uses, decodeContext(use.extension, resolved, context));
    }
    if (chain.hook !== undefined) {
      reporter.report('jump-to-base-chain', { chain: text }, source);
      return undefined;
    }
    return { kind: use.kind === 'goto' ? 'goto' : 'chain', chain: text, source };
  }
  if (use.kind === 'goto') {
    reporter.report('goto-no-chain', { name: text, table: table.name }, source, didYouMean(text, table.chains.keys()));
    return undefined;
  }
  if (text === 'ACCEPT') return { kind: 'accept', source };
  if (text === 'DROP') return { kind: 'drop', source };
  if (text === 'RETURN') return { kind: 'return', source };
  if (use.extension === undefined) {
    reportTarget(text, source, context);
    return undefined;
  }
  warnOfUnjudged(`-j ${text}`, use.extension, context);
  const jump = use.extension.extension.decode(use.extension.uses, decodeContext(use.extension, resolved, context));
  const loss = jump === undefined ? undefined : use.extension.extension.lossy?.(jump, { family: context.family });
  if (loss !== undefined) warnOfLoss(`-j ${text}`, loss, source, reporter);
  return jump;
}

function warnOfLoss(extension: string, reason: string, source: Source, reporter: LineReporter): void {
  reporter.report('lossy-save', { extension, reason }, source);
}

function reportTarget(name: string, source: Source, { reporter, table, family }: RuleContext): void {
  const other: Family = family === 4 ? 6 : 4;
  if (extensions.jump(name, other) !== undefined && extensions.jump(name, family) === undefined) {
    reporter.report('wrong-family-extension', { name, family, other }, source);
  } else {
    const hint = didYouMean(name, [...table.chains.keys(), ...extensions.jumpNames]);
    reporter.report('no-such-target', { name, table: table.name }, source, hint);
  }
}

/** Addresses of `-s` or `-d`; a lone undefined stands for "any". Lists are separated by commas, blanks before an address skipped. */
function readAddresses(use: CoreUse | undefined, family: Family, reporter: LineReporter): readonly (Test<AddressMask> | undefined)[] {
  if (use === undefined) return anywhere;
  if (!use.value.text.includes(',')) return [readAddress(use.value, use.negated, family, reporter)];
  return parts(use.value, ',').map((word) => readAddress(word, use.negated, family, reporter));
}

const anywhere = [undefined];

function readAddress(word: Word, negated: boolean, family: Family, reporter: LineReporter): Test<AddressMask> | undefined {
  const value = (family === 4 ? parsePlainNetwork(word.text) : undefined) ?? readNetwork(withoutBlanks(word), family, reporter);
  return value === undefined || (value.mask === 0n && !negated) ? undefined : { value, negated };
}

function withoutBlanks(word: Word): Word {
  const blank = /^[ \t\n\v\f\r]+/.exec(word.text);
  return blank === null ? word : { ...word, text: word.text.slice(blank[0].length) };
}

/** `-i +` tests nothing; `! -i +` never matches, and the kernel's save loses it. */
function readInterfaceTest(use: CoreUse | undefined, reporter: LineReporter): Test<InterfacePattern> | undefined {
  if (use === undefined) return undefined;
  const value = readInterface(use.value, reporter);
  if (value === undefined) return undefined;
  const option = use.word.text;
  if (value.prefix && value.name === '') {
    if (!use.negated) return undefined;
    reporter.report('lossy-save', { extension: `! ${option} +`, reason: 'never matches, but iptables-save leaves it out' }, reporter.at(use.word));
  } else if (quoteIfNeeded(formatInterface(value)) !== formatInterface(value)) {
    reporter.report('lossy-save', { extension: option, reason: 'iptables-save does not quote this interface name, so that it cannot be read again' }, reporter.at(use.word));
  }
  return { value, negated: use.negated };
}

