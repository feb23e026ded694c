import { externalTests, isSeen, unreachable, type CoreProgram, type CoreRule, type CoreRuleset, type CoreTable, type Family, type Field, type Hook, type Predicate, type TableName } from '../../src/ir/index.js';
import type { Random } from '../../src/probe/random.js';
import type { HostView, LivePacket } from '../../src/stack/engine.js';
import { answerOf } from '../../src/evaluate/external.js';
import { createTables } from '../../src/evaluate/keyed.js';
import { holds, type Surroundings } from '../../src/evaluate/index.js';

/**
 * One way that a packet may take through the stack, all that the frame does not tell being drawn: what a prefilter must have
 * reckoned with. `trace`: something was logged, answered, counted or is beyond the core language.
 */
export type Fate = 'dropped' | 'alive' | 'trace';

/** What a draw knows: the packet as it came, the incoming interface when there is one, and which way routing sends it. */
export interface Chances {
  readonly packet: LivePacket;
  readonly random: Random;
  readonly way: 'INPUT' | 'FORWARD';
}

type Changed = Field | 'tcp-options' | 'tracking';

export function drawFate(program: CoreProgram, family: Family, chances: Chances): Fate {
  const ruleset = program.rulesets.find((one) => one.family === family);
  if (ruleset === undefined) return 'alive';
  const changed = new Set<Changed>();
  const journey: readonly (readonly [TableName, Hook])[] = [
    ['raw', 'PREROUTING'], ['mangle', 'PREROUTING'], ['nat', 'PREROUTING'],
    ...(['mangle', 'filter', 'security'] as const).map((table) => [table, chances.way] as const),
  ];
  for (const [name, hook] of journey) {
    // What has no lifetime left is answered, not forwarded.
    if (name === 'mangle' && hook === 'FORWARD' && (changed.has('ip.ttl') ? chances.random.chance(0.5) : ttlOf(chances.packet) <= 1)) return 'trace';
    if (name === 'nat' && (!ruleset.tracking || chances.random.chance(0.5))) {
      translate(ruleset, changed, chances.random);
      continue;
    }
    const table = ruleset.tables.find((one) => one.name === name);
    const fate = table === undefined ? 'alive' : runTable({ table, hook, changed, chances });
    if (name === 'nat') translate(ruleset, changed, chances.random);
    if (fate !== 'alive') return fate;
  }
  return 'alive';
}

const ttlOf = (packet: LivePacket): number => packet.bytes[packet.family === 4 ? 8 : 7] ?? 0;

function translate(ruleset: CoreRuleset, changed: Set<Changed>, random: Random): void {
  const translates = ruleset.tables.some((table) => table.chains.some((chain) => chain.rules.some((rule) => rule.action.kind === 'nat')));
  if (translates && random.chance(0.5)) changed.add('ip.destination').add('transport.destination-port');
}

interface Run {
  readonly table: CoreTable;
  readonly hook: Hook;
  readonly changed: Set<Changed>;
  readonly chances: Chances;
}

function runTable(run: Run): Fate {
  const base = run.table.chains.find((chain) => chain.base?.hook === run.hook);
  if (base?.base === undefined) return 'alive';
  const result = runChain(run, base.name);
  if (result !== 'back') return result;
  return base.base.policy === 'ACCEPT' ? 'alive' : 'dropped';
}

function runChain(run: Run, name: string): Fate | 'back' {
  const chain = run.table.chains.find((one) => one.name === name);
  for (const rule of chain?.rules ?? []) {
    const matched = match(rule, run);
    if (matched === 'no') continue;
    if (matched === 'dropped' || matched === 'trace') return matched;
    const result = act(rule, run);
    if (matched === 'late') return result === 'trace' ? 'trace' : 'dropped';
    if (result !== 'next') return result;
  }
  return 'back';
}

function match(rule: CoreRule, run: Run): 'yes' | 'no' | 'dropped' | 'late' | 'trace' {
  let late = false;
  for (const step of rule.steps) {
    if (step.kind === 'refuse') return 'trace';
    const value = evaluate(step.predicate, run);
    if (value === 'trace') return 'trace';
    if (value) continue;
    if (step.kind === 'test') return late ? 'dropped' : 'no';
    if (step.late !== true) return 'dropped';
    late = true;
  }
  return late ? 'late' : 'yes';
}

function act(rule: CoreRule, run: Run): Fate | 'back' | 'next' {
  const { action } = rule;
  switch (action.kind) {
    case 'continue':
      return 'next';
    case 'notrack': case 'ct':
      run.changed.add('tracking');
      return 'next';
    case 'assign':
      if (action.to !== 'packet.mark' && action.to !== 'ct.mark') run.changed.add(action.to);
      return 'next';
    case 'tcpmss':
      run.changed.add('tcp-options').add('ip.length');
      return 'next';
    case 'accept': case 'nat':
      return 'alive';
    case 'drop':
      return 'dropped';
    case 'return':
      return 'back';
    case 'jump': {
      const result = runChain(run, action.chain);
      return result === 'back' ? 'next' : result;
    }
    case 'goto':
      return runChain(run, action.chain);
    case 'outside':
      if (action.jump.kind === 'tcpoptstrip') run.changed.add('tcp-options');
      return isSeen(action.jump) ? 'trace' : 'next';
    case 'reject': case 'log': case 'nflog': case 'refuse':
      return 'trace';
    default:
      return unreachable(action);
  }
}

const noHost: HostView = { addressType: () => 'UNICAST', pathMtu: () => undefined, groupOf: () => 0, wayBack: () => undefined };
const none: Surroundings = { host: noHost, inSet: () => false, draw: () => false, answer: () => false };

/** Draws what the frame does not tell; each question anew, which is more than the stack could answer. */
function evaluate(predicate: Predicate, run: Run): boolean | 'trace' {
  const { packet, random } = run.chances;
  const chance = (): boolean => random.chance(0.5);
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      let value = predicate.kind === 'and';
      for (const operand of predicate.operands) {
        const part = evaluate(operand, run);
        if (part === 'trace') return 'trace';
        value = predicate.kind === 'and' ? value && part : value || part;
      }
      return value;
    }
    case 'not': {
      const inner = evaluate(predicate.operand, run);
      return inner === 'trace' ? 'trace' : !inner;
    }
    case 'field':
      if (run.changed.has(predicate.field) || /^(ct|socket|packet\.mark)/.test(predicate.field)) return chance();
      return holds(predicate, { ...packet, bytes: atHook(packet, run.hook) }, none);
    case 'present':
      if (predicate.what.kind === 'connection') return !isUntouched(run) && chance();
      if (predicate.what.kind === 'socket' || predicate.what.kind === 'kernel-socket') return chance();
      return holds(predicate, packet, none);
    case 'interface':
      if (predicate.direction === 'in') return packet.inInterface === undefined ? chance() || wildcard(predicate.pattern) : holds(predicate, packet, none);
      return run.hook === 'FORWARD' ? chance() || wildcard(predicate.pattern) : holds(predicate, packet, none);
    case 'ct-state':
      return isUntouched(run) ? predicate.states.includes('INVALID') : predicate.states.length >= 5 || chance();
    case 'tcp-option':
    case 'tcp-mss':
      return run.changed.has('tcp-options') ? chance() : holds(predicate, packet, none);
    case 'sctp-chunks':
      return holds(predicate, packet, none);
    case 'address-type': case 'set': case 'random':
      return chance();
    case 'external':
      if (externalTests[predicate.test.kind].state) return 'trace';
      // All bytes of the packet: what rules have changed of them is not followed.
      if (externalTests[predicate.test.kind].looksAt === 'everything' && [...run.changed].some((what) => what !== 'tracking')) return chance();
      return answerOf(predicate.test, createTables())({ ...packet, bytes: atHook(packet, run.hook) }, noHost);
    case 'limit': case 'nth':
      return 'trace';
    case 'constant':
      return predicate.value;
    default:
      return unreachable(predicate);
  }
}

const isUntouched = ({ table, changed }: Run): boolean => table.name === 'raw' && !changed.has('tracking');

const wildcard = (pattern: { readonly name: string; readonly prefix: boolean }): boolean => pattern.prefix && pattern.name === '';

/** Forwarding has taken one off the lifetime. */
function atHook(packet: LivePacket, hook: Hook): Uint8Array {
  if (hook !== 'FORWARD') return packet.bytes;
  const bytes = Uint8Array.from(packet.bytes);
  const at = packet.family === 4 ? 8 : 7;
  bytes[at] = Math.max(0, (bytes[at] ?? 0) - 1);
  if (packet.family === 4) {
    // As a little-endian machine adds it to the checksum.
    const sum = ((bytes[10] ?? 0) | ((bytes[11] ?? 0) << 8)) + 1;
    const folded = sum + (sum >= 0xffff ? 1 : 0);
    bytes[10] = folded & 255;
    bytes[11] = (folded >> 8) & 255;
  }
  return bytes;
}
