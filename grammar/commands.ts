import { byteLength, unreachable, type Counters, type Family, type Hook, type Jump, type Rule } from '../src/ir/index.js';
import { countersOf } from './counters.js';
import type { NameService, Word } from './extension.js';
import { isTargetName } from './extensions.js';
import type { CommandUse, Resolved } from './resolved.js';
import type { LineReporter } from './report.js';
import { buildRules } from './rule.js';
import { jumpedChain, type ChainState, type Entry, type TableState } from './state.js';
import { didYouMean } from '../src/diagnostics/index.js';
import { ruleKey } from './same.js';
import { parseUnsigned } from './values/number.js';

export interface CommandContext {
  readonly family: Family;
  readonly table: TableState;
  readonly names: NameService;
  readonly reporter: LineReporter;
  /** `[packets:bytes]` before the command. */
  readonly counters: Counters | undefined;
  /** Names that `:` lines declared, anywhere in the file so far: they no longer count as names of targets. */
  readonly announced: ReadonlySet<string>;
}

/** Longest chain name that rules can name, in bytes. */
export const chainNameLimit = 28;

/** `-E` checks nothing, the kernel's field holds a little more. */
const renamedLimit = 31;

/** Carries out one command on its table, as iptables does between `*table` and `COMMIT`. */
export function runCommand(resolved: Resolved, context: CommandContext): void {
  const { command } = resolved;
  if (command === undefined) return;
  if (!resolved.skipped && !checkOptions(resolved, command, context)) return;
  switch (command.letter) {
    case 'A':
    case 'I':
    case 'R':
      writeRule(resolved, command, context);
      return;
    case 'D':
      if (command.number === undefined) deleteRule(resolved, command, context);
      else deleteNumber(command, command.number, context);
      return;
    case 'F':
      for (const chain of chainsOf(command, context)) chain.entries.length = 0;
      return;
    case 'Z':
      zero(command, context);
      return;
    case 'N':
      newChain(command, context);
      return;
    case 'X':
      deleteChains(command, context);
      return;
    case 'E':
      renameChain(command, context);
      return;
    case 'P':
      setPolicy(resolved, command, context);
      return;
    case 'C':
    case 'L':
    case 'S':
      return;
    default:
      unreachable(command.letter);
  }
}

/** Which options the command takes, and interfaces against built-in chains (by name, whatever the table). */
function checkOptions(resolved: Resolved, command: CommandUse, { reporter }: CommandContext): boolean {
  const writes = 'ADIR'.includes(command.letter) && !(command.letter === 'D' && command.number !== undefined);
  for (const [option, use] of resolved.core) {
    const legal = option === 'c' ? 'AIRP'.includes(command.letter) : writes && !['n', 'x', '0'].includes(option);
    if (legal) continue;
    reporter.report('illegal-option', { option: use.word.text }, reporter.at(use.word));
    return false;
  }
  const chain = command.chain?.text ?? '';
  if (byteLength(chain) > chainNameLimit) {
    reporter.report('chain-name-too-long', { chain, max: chainNameLimit }, reporter.at(command.chain ?? command.word));
    return false;
  }
  if (!writes) return true;
  const out = resolved.core.get('o');
  if (out !== undefined && (chain === 'PREROUTING' || chain === 'INPUT')) {
    reporter.report('interface-not-here', { option: '-o', chain, direction: 'outgoing' }, reporter.at(out.word));
    return false;
  }
  const into = resolved.core.get('i');
  if (into !== undefined && (chain === 'POSTROUTING' || chain === 'OUTPUT')) {
    reporter.report('interface-not-here', { option: '-i', chain, direction: 'incoming' }, reporter.at(into.word));
    return false;
  }
  return true;
}

function findChain(name: Word, { table, reporter }: CommandContext): ChainState | undefined {
  const chain = table.chains.get(name.text);
  if (chain === undefined) {
    reporter.report('no-such-chain', { chain: name.text, table: table.name }, reporter.at(name), didYouMean(name.text, table.chains.keys()));
  }
  return chain;
}

function chainsOf(command: CommandUse, context: CommandContext): readonly ChainState[] {
  if (command.chain === undefined) return [...context.table.chains.values()];
  const chain = findChain(command.chain, context);
  return chain === undefined ? [] : [chain];
}

const numberOf = (word: Word): number => parseUnsigned(word.text, 0x7fff_ffff, 1) ?? 0;

function writeRule(resolved: Resolved, command: CommandUse, context: CommandContext): void {
  const { reporter, table } = context;
  if (command.chain === undefined) return;
  if (resolved.skipped) {
    if (command.letter === 'R') reporter.report('replace-many', { count: 0 }, reporter.at(command.word));
    else if (resolved.jump !== undefined) buildRules(resolved, context, undefined);
    return;
  }
  const chain = table.chains.get(command.chain.text);
  reporter.spot.chain = command.chain.text;
  const position = command.letter === 'A' ? undefined : command.number === undefined ? 1 : numberOf(command.number);
  if (chain !== undefined) reporter.spot.rule = position ?? chain.entries.length + 1;
  const own = resolved.counters;
  const entries = buildRules(resolved, context, own === undefined ? context.counters : countersOf(own.packets.text, own.bytes.text));
  const there = findChain(command.chain, context);
  if (entries === undefined || there === undefined) return;
  if (position === undefined) {
    for (const entry of entries) there.entries.push(entry);
    return;
  }
  const places = there.entries.length + (command.letter === 'I' ? 1 : 0);
  if (command.letter === 'R' && entries.length !== 1) {
    reporter.report('replace-many', { count: entries.length }, reporter.at(command.word));
    return;
  }
  if (position > places) {
    noSuchRule(command.number ?? command.word, there, position, reporter);
    return;
  }
  // Each is put at the same place, so a list comes out in reverse.
  if (command.letter === 'I') there.entries.splice(position - 1, 0, ...[...entries].reverse());
  else there.entries.splice(position - 1, 1, ...entries);
}

function noSuchRule(word: Word, chain: ChainState, number: number, reporter: LineReporter): void {
  reporter.report('no-such-rule', { chain: chain.name, number, count: chain.entries.length }, reporter.at(word));
}

function deleteNumber(command: CommandUse, number: Word, context: CommandContext): void {
  const [chain] = chainsOf(command, context);
  if (chain === undefined) return;
  const position = numberOf(number);
  if (position > chain.entries.length) noSuchRule(number, chain, position, context.reporter);
  else chain.entries.splice(position - 1, 1);
}

/** Deletes the first rule like each of those that the line makes. */
function deleteRule(resolved: Resolved, command: CommandUse, context: CommandContext): void {
  const { reporter } = context;
  if (command.chain === undefined || resolved.skipped) return;
  const entries = buildRules(resolved, context, undefined);
  const chain = findChain(command.chain, context);
  if (entries === undefined || chain === undefined) return;
  for (const entry of entries) {
    const key = keyOf(entry);
    const at = chain.entries.findIndex((one) => keyOf(one) === key);
    if (at < 0) {
      reporter.report('no-such-rule-text', { chain: chain.name });
      return;
    }
    chain.entries.splice(at, 1);
  }
}

const keyOf = (entry: Entry): string => (entry.key ??= ruleKey(entry.rule));

function zero(command: CommandUse, context: CommandContext): void {
  const zeros: Counters = { packets: 0n, bytes: 0n };
  const clear = (entry: Entry): void => {
    if (entry.rule.counters !== undefined) entry.rule = { ...entry.rule, counters: zeros };
  };
  for (const chain of chainsOf(command, context)) {
    if (command.number === undefined) {
      chain.entries.forEach(clear);
      chain.counters = zeros;
      continue;
    }
    const position = numberOf(command.number);
    const entry = chain.entries[position - 1];
    if (entry === undefined) noSuchRule(command.number, chain, position, context.reporter);
    else clear(entry);
  }
}

/** Names that no chain may take. */
export const isTaken = (name: string, table: TableState): boolean =>
  table.chains.has(name) || name === 'ACCEPT' || name === 'DROP' || name === 'QUEUE' || name === 'RETURN';

function newChain(command: CommandUse, { table, family, reporter, announced }: CommandContext): void {
  const { chain } = command;
  if (chain === undefined) return;
  const at = reporter.at(chain);
  const name = chain.text;
  if (byteLength(name) > chainNameLimit) {
    reporter.report('chain-name-too-long', { chain: name, max: chainNameLimit }, at);
  } else if (/^[-!]/.test(name)) {
    reporter.report('bad-chain-name', { chain: name, problem: `it begins with ${name.charAt(0)}` }, at);
  } else if (table.chains.has(name)) {
    reporter.report('chain-exists', { chain: name }, at);
  } else if (isTargetName(name, family) && !announced.has(name)) {
    reporter.report('bad-chain-name', { chain: name, problem: 'it is the name of a target' }, at, 'a line `:NAME -` may declare it all the same');
  } else if (/[ \t\n\v\f\r]/.test(name)) {
    reporter.report('bad-chain-name', { chain: name, problem: 'it holds a blank' }, at);
  } else {
    table.chains.set(name, userChain(name, reporter));
  }
}

export const userChain = (name: string, reporter: LineReporter): ChainState => ({
  name,
  policy: 'ACCEPT',
  counters: { packets: 0n, bytes: 0n },
  entries: [],
  source: reporter.source,
});

function deleteChains(command: CommandUse, context: CommandContext): void {
  const { table, reporter } = context;
  const chains = chainsOf(command, context);
  for (const chain of chains) {
    if (chain.hook !== undefined) {
      if (command.chain !== undefined) reporter.report('base-chain-fixed', { chain: chain.name }, reporter.at(command.chain));
      continue;
    }
    const at = reporter.at(command.chain ?? command.word);
    if (chain.entries.length > 0) {
      reporter.report('chain-in-use', { chain: chain.name, reason: 'it holds rules' }, at);
    } else if (isReferenced(table, chain.name)) {
      reporter.report('chain-in-use', { chain: chain.name, reason: 'rules jump to it' }, at);
    } else {
      table.chains.delete(chain.name);
    }
  }
}

function isReferenced(table: TableState, name: string): boolean {
  for (const chain of table.chains.values()) {
    if (chain.entries.some((entry) => jumpedChain(entry.rule) === name)) return true;
  }
  return false;
}

function renameChain(command: CommandUse, context: CommandContext): void {
  const { table, reporter } = context;
  const { argument } = command;
  if (command.chain === undefined || argument === undefined) return;
  const chain = findChain(command.chain, context);
  if (chain === undefined) return;
  const name = argument.text;
  if (chain.hook !== undefined) {
    reporter.report('base-chain-fixed', { chain: chain.name }, reporter.at(command.chain));
  } else if (isTaken(name, table)) {
    reporter.report('chain-exists', { chain: name }, reporter.at(argument));
  } else if (byteLength(name) > renamedLimit) {
    reporter.report('chain-name-too-long', { chain: name, max: renamedLimit }, reporter.at(argument));
  } else {
    const old = chain.name;
    table.chains.delete(old);
    chain.name = name;
    table.chains.set(name, chain);
    for (const other of table.chains.values()) {
      for (const entry of other.entries) {
        if (jumpedChain(entry.rule) !== old) continue;
        entry.rule = retarget(entry.rule, name);
        delete entry.key;
      }
    }
  }
}

function retarget(rule: Rule, chain: string): Rule {
  const { jump } = rule;
  if (jump?.kind !== 'chain' && jump?.kind !== 'goto') return rule;
  const renamed: Jump = { ...jump, chain };
  return { ...rule, jump: renamed };
}

function setPolicy(resolved: Resolved, command: CommandUse, context: CommandContext): void {
  const { table, reporter } = context;
  const { argument } = command;
  if (command.chain === undefined || argument === undefined) return;
  if (!resolved.skipped && table.name === 'nat' && argument.text === 'DROP') {
    reporter.report('drop-in-nat', {}, reporter.at(argument));
    return;
  }
  const chain = findChain(command.chain, context);
  if (chain === undefined) return;
  const own = resolved.counters;
  const counters = own === undefined ? undefined : countersOf(own.packets.text, own.bytes.text);
  applyPolicy(chain, argument, counters, reporter);
}

/** Shared by `-P` and `:CHAIN POLICY`. */
export function applyPolicy(chain: ChainState, policy: Word, counters: Counters | undefined, reporter: LineReporter): void {
  const hook: Hook | undefined = chain.hook;
  if (hook === undefined) {
    reporter.report('user-chain-policy', { chain: chain.name }, reporter.at(policy));
  } else if (policy.text !== 'ACCEPT' && policy.text !== 'DROP') {
    reporter.report('bad-policy', { policy: policy.text }, reporter.at(policy), didYouMean(policy.text, ['ACCEPT', 'DROP']));
  } else {
    chain.policy = policy.text;
    chain.source = reporter.source;
    if (counters !== undefined) chain.counters = counters;
  }
}
