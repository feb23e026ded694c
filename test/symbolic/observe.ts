import { coreEngine } from '../../src/evaluate/index.js';
import { holds } from '../../src/evaluate/predicate.js';
import { answerOf } from '../../src/evaluate/external.js';
import { createTables } from '../../src/evaluate/keyed.js';
import { isPresent, readField } from '../../src/evaluate/reading.js';
import { lower } from '../../src/lower/index.js';
import { type Action, type CoreRule, type CoreRuleset, ctStates, type CtState, externalMeaning, externalTests, type Field, fields, type Hook, identityOf, type PacketInput, type Predicate, type TableName, tableNames, type Topology } from '../../src/ir/index.js';
import { createHost, type HostView, type LivePacket, type RuleEngine, type TableVerdict } from '../../src/stack/index.js';
import type { Layout } from '../../src/symbolic/layout.js';
import { patternTakes } from '../../src/symbolic/layout.js';
import type { Questions } from '../../src/symbolic/questions.js';
import { addressTypeCodes, opaqueKey, type Vocabulary } from '../../src/symbolic/vocabulary.js';
import type { Help } from '../../src/evaluate/index.js';
import { without } from '../equivalence/shrink.js';
import type { GeneratedProgram } from '../generators/ruleset.js';

/** A log, and what it shows of what rules may write. */
export interface Logged {
  readonly text: string;
  readonly shown: string;
}

const shown = (packet: LivePacket): string => (['packet.mark', 'ip.tos', 'ip.ttl', 'ip.source', 'ip.destination'] as const).map((field) => `${field} ${readField(field, packet)}`).join(' ');

/** A packet as one hook has seen it come, and what became of it there. */
export interface Observation {
  readonly hook: Hook;
  readonly before: LivePacket;
  /** As rules behind connection tracking have seen it first. */
  readonly tracked: LivePacket;
  readonly after: LivePacket;
  readonly verdict: TableVerdict;
  readonly host: HostView;
  /** Logs that were written, in order. */
  readonly logs: readonly Logged[];
  /** The table that was asked last. */
  readonly last: TableName;
  /** A broadcast's copy has passed here too. */
  readonly twice: boolean;
}

/** Source translation is last. */
const rank = (table: TableName): number => (table === 'nat' ? tableNames.length : tableNames.indexOf(table));

const snapshot = (packet: LivePacket): LivePacket => ({ ...packet, bytes: packet.bytes.slice(), ...(packet.connection === undefined ? {} : { connection: { ...packet.connection } }) });

/** Sends packets one by one through a host whose rules are watched. */
export function observe(ruleset: CoreRuleset, packets: readonly PacketInput[], topology: Topology, help: Help): readonly (readonly Observation[])[] {
  const engine = coreEngine(ruleset, ruleset.family, help);
  let seen: Observation[] = [];
  const watching: RuleEngine = {
    ...engine,
    tables: tableNames,
    run(table, hook, packet, host) {
      const before = snapshot(packet);
      const logs: Logged[] = [];
      const traced = new Proxy(packet, {
        get: (target, key) => (key === 'trace' ? (step: Step) => { logs.push(...logOf(step, ruleset).map((text) => ({ text, shown: shown(target) }))); target.trace(step); } : Reflect.get(target, key)),
      });
      const verdict: TableVerdict = engine.tables.includes(table) ? engine.run(table, hook, traced, host) : { kind: 'accept' };
      const after = snapshot(packet);
      const last = seen.at(-1);
      // An answer of the host's own passes hooks while another packet is still under way.
      if (packet.socket === 'kernel' || (packet.socket === undefined && packet.inInterface === undefined) || (last !== undefined && !goesOn(last.hook, hook))) return verdict;
      if (last?.hook === hook) seen[seen.length - 1] = { ...last, tracked: table === 'raw' || last.tracked !== last.before ? last.tracked : before, after, verdict, logs: [...last.logs, ...logs], last: table, twice: last.twice || (hook === 'POSTROUTING' && rank(table) < rank(last.last)) };
      else seen.push({ hook, before, tracked: before, after, verdict, host, logs, last: table, twice: false });
      return verdict;
    },
  };
  const { judge } = createHost({ engines: [watching], topology });
  return packets.map((packet) => {
    seen = [];
    const fate = judge(packet);
    if (fate.verdict === 'unknown') return [];
    return seen.filter(({ twice }) => !twice);
  });
}

/** Hooks only go on from one to the next on a way; what comes out of order is another packet. */
function goesOn(last: Hook, hook: Hook): boolean {
  const next: Readonly<Record<Hook, readonly Hook[]>> = { PREROUTING: ['PREROUTING', 'INPUT', 'FORWARD'], INPUT: ['INPUT'], FORWARD: ['FORWARD', 'POSTROUTING'], OUTPUT: ['OUTPUT', 'POSTROUTING'], POSTROUTING: ['POSTROUTING'] };
  return next[last].includes(hook);
}

type Step = Parameters<LivePacket['trace']>[0];

function logOf(step: Step, ruleset: CoreRuleset): readonly string[] {
  if (step.result !== 'match') return [];
  const action: Action | undefined = ruleset.tables.find(({ name }) => name === step.table)?.chains.find(({ name }) => name === step.chain)?.rules.find(({ position, part }) => position === step.rule && part === undefined)?.action;
  if (action?.kind === 'log') return [`log ${identityOf(action.log)}`];
  if (action?.kind === 'outside') return externalMeaning(action.jump).effects.flatMap(({ kind, text }) => (kind === 'log' ? [text] : []));
  return action?.kind === 'nflog' ? [`nflog ${identityOf(action.nflog)}`] : [];
}

/** Without the rules that are refused, that ask what earlier packets were by key, or whose jump somebody outside answers. */
export function answerable(generated: GeneratedProgram): GeneratedProgram {
  const rules = lower(generated.program).value.rulesets.flatMap(({ tables }) => tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules)));
  return without(generated, new Set(rules.filter((rule) => !isAnswerable(rule)).map(({ source }) => source.line)));
}

function isAnswerable({ steps, action }: CoreRule): boolean {
  if (action.kind === 'refuse') return false;
  if (action.kind === 'outside' && (externalMeaning(action.jump).end !== undefined || externalMeaning(action.jump).writes !== undefined)) return false;
  return steps.every((step) => step.kind !== 'refuse' && predicates(step.predicate).every((one) => one.kind !== 'external' || !externalTests[one.test.kind].state));
}

const predicates = (predicate: Predicate): readonly Predicate[] =>
  predicate.kind === 'and' || predicate.kind === 'or' ? predicate.operands.flatMap(predicates) : predicate.kind === 'not' ? predicates(predicate.operand) : [predicate];

/** Every predicate in the rules, by the key of its question. */
export function opaquePredicates(rulesets: readonly CoreRuleset[]): ReadonlyMap<string, Predicate> {
  const found = new Map<string, Predicate>();
  const visit = (predicate: Predicate): void => {
    if (predicate.kind === 'and' || predicate.kind === 'or') predicate.operands.forEach(visit);
    else if (predicate.kind === 'not') visit(predicate.operand);
    else if (predicate.kind === 'present' || predicate.kind === 'set' || predicate.kind === 'tcp-option' || predicate.kind === 'sctp-chunks') found.set(opaqueKey(predicate), predicate);
  };
  for (const { tables } of rulesets) for (const { chains } of tables) for (const { rules } of chains) for (const { steps } of rules) for (const step of steps) if (step.kind !== 'refuse') visit(step.predicate);
  return found;
}

const isField = (name: string): name is Field => Object.hasOwn(fields, name);

/** A state's name without the hook at which it is asked. */
export const stateOf = (key: string): string => key.replace(/ in [A-Z]+$/, '');

/** The values of all variables for a packet that comes to a hook. */
export function assignmentOf({ hook, before, tracked, after, host }: Observation, layout: Layout, vocabulary: Vocabulary, questions: Questions, opaque: ReadonlyMap<string, Predicate>, inSet: Help['inSet'], earlier: ReadonlyMap<string, number>): ReadonlyMap<string, bigint> {
  const around = { host, inSet, draw: () => false, answer: (predicate: Extract<Predicate, { kind: 'external' }>, packet: LivePacket) => answerOf(predicate.test, createTables())(packet, host) };
  const answer: Answer = (predicate, packet) => attempt(() => holds(predicate, packet, around), false);
  const values = new Map<string, bigint>();
  const state: CtState = tracked.state;
  const read = (field: Field): bigint => field === 'device.in-group' ? BigInt(host.groupOf(before.inInterface ?? '')) : field === 'device.out-group' ? BigInt(host.groupOf(before.outInterface ?? '')) : attempt(() => readField(field, field.startsWith('ct.') ? tracked : before), 0n);
  const direction = (which: 'in' | 'out'): bigint => {
    const name = (which === 'in' ? before.inInterface : before.outInterface) ?? 'other0';
    const signature = (one: string): string => vocabulary.patterns[which].map((pattern) => (patternTakes(pattern, one) ? '1' : '0')).join('');
    return BigInt(Math.max(0, layout.interfaces(which).representatives.findIndex((one) => signature(one) === signature(name))));
  };
  const named = new Map(questions.asked().flatMap((asked) => asked.levels.map((level) => [level, asked] as const)));
  for (const { name, levels } of layout.blocks) {
    const asked = named.get(levels[0] ?? -1);
    const key = name.replace(/^\[(.*)\]$/s, '$1');
    const predicate = opaque.get(key);
    const type = /^\[type of (source|destination)(?: via (in|out))?\]$/.exec(name);
    if (type !== null && asked === undefined) values.set(name, BigInt(addressTypeCodes.indexOf(host.addressType(before.family, read(type[1] === 'source' ? 'ip.source' : 'ip.destination'), type[2] === 'in' ? before.inInterface : type[2] === 'out' ? before.outInterface : undefined))));
    else if (name === '[sent]') values.set(name, hook === 'POSTROUTING' && before.inInterface === undefined ? 1n : 0n);
    else if (name === '[in]' || name === '[out]') values.set(name, direction(key === 'in' ? 'in' : 'out'));
    else if (name === '[state]') values.set(name, BigInt(ctStates.indexOf(state)));
    else if (name === '[first]') values.set(name, state === 'NEW' || state === 'RELATED' ? 1n : 0n);
    else if (name === '[snat]' || name === '[dnat]') values.set(name, ((tracked.connection?.status ?? 0) & (name === '[snat]' ? 16 : 32)) === 0 ? 0n : 1n);
    else if (name === '[transport bytes]') values.set(name, BigInt(vocabulary.transportBytes.filter((bytes) => isPresent({ kind: 'transport', bytes }, before)).length));
    else if (name === '[mss present]') values.set(name, hasMss(before, answer) ? 1n : 0n);
    else if (name === '[mss]') values.set(name, mssOf(before, answer));
    else if (isField(name)) values.set(name, read(name));
    else if (predicate !== undefined) values.set(name, answer(predicate, before) ? 1n : 0n);
    else if (asked !== undefined) {
      const { within } = asked.question;
      const clamped = (value: bigint): bigint => (within === undefined || (value >= within.min && value <= within.max) ? value : within.min);
      const { about, key: question } = asked.question;
      // States know of earlier hooks, which the diagram leaves open.
      const again = asked.again + (earlier.get(stateOf(question)) ?? 0);
      const packet = Object.keys(asked.written).length > 0 ? after : before;
      if (question.startsWith('out interface')) values.set(name, direction('out'));
      else if (about?.kind === 'address-type') {
        const type = host.addressType(before.family, attempt(() => readField(`ip.${about.address}`, packet), 0n), about.via === 'in' ? packet.inInterface : about.via === 'out' ? packet.outInterface : undefined);
        values.set(name, BigInt(addressTypeCodes.indexOf(type)));
      } else if (about?.kind === 'limit') values.set(name, again < about.burst ? 1n : 0n);
      else if (about?.kind === 'nth') values.set(name, again % about.every === about.packet ? 1n : 0n);
      else if (about?.kind === 'random' || about?.kind === 'refuse' || about?.kind === 'outside') values.set(name, 0n);
      else if (about !== undefined) values.set(name, answer(about, packet) ? 1n : 0n);
      else if (question.startsWith('MSS after')) values.set(name, hasMss(after, answer) ? 0x10000n | mssOf(after, answer) : 0n);
      else if (question.startsWith('translation changes')) values.set(name, ((after.connection?.status ?? 0) & 48) === 0 ? 0n : 1n);
      else if (question.includes('port after')) values.set(name, clamped(attempt(() => readField('transport.destination-port', after), 0n)));
      else if (question.startsWith('address of') || question.includes('out of')) values.set(name, clamped(attempt(() => readField('ip.destination', after), 0n)));
    }
  }
  return values;
}

type Answer = (predicate: Predicate, packet: LivePacket) => boolean;

const hasMss = (packet: LivePacket, answer: Answer): boolean => answer({ kind: 'tcp-mss', interval: { min: 0n, max: 0xffffn } }, packet);

function mssOf(packet: LivePacket, answer: Answer): bigint {
  let [low, high] = [0n, 0xffffn];
  while (low < high) {
    const middle = (low + high) / 2n;
    if (answer({ kind: 'tcp-mss', interval: { min: low, max: middle } }, packet)) high = middle;
    else low = middle + 1n;
  }
  return low;
}

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
