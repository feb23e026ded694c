import fc from 'fast-check';
import { builtinChains, tableNames, type Chain, type Hook, type Jump, type Match, type MatchKind, type NamedSet, type Program, type Rule, type Ruleset, type Source, type Table, type TableName, type Topology } from '../../src/ir/index.js';
import { createRandom, type Random } from '../../src/probe/random.js';
import { nowhere, type DraftRule, type Drawn } from './draft.js';
import { drawConditions } from './drawn-conditions.js';
import { drawForms, drawJumpForm } from './drawn-forms.js';
import { headerMatches, type Draw } from './drawn-headers.js';
import { accept, back, drawTcpmss, drop, placeableJumps } from './drawn-jumps.js';
import { stateMatches } from './drawn-state.js';
import { formSets } from './forms/sets.js';
import { settle, type Drawing, type LanguageOptions } from './language.js';
import { chainNames, standardTopology } from './pool.js';
import { setChoices, setsText } from './sets.js';

/** A random rule set in every form that a lane may want. `text` is iptables-save text, one block a table. */
export interface GeneratedProgram {
  readonly seed: number;
  readonly program: Program;
  readonly text: string;
  /** For `ipset restore`; empty where no rule names a set. */
  readonly sets: string;
  readonly topology: Topology;
}

interface DraftChain {
  readonly name: string;
  /** Base chains. */
  readonly base?: { readonly hook: Hook; readonly policy: 'ACCEPT' | 'DROP' };
  readonly rules: readonly DraftRule[];
}

interface DraftTable {
  readonly name: TableName;
  readonly chains: readonly DraftChain[];
}

/**
 * Draws a rule set that the kernel takes: every table with jumps, gotos and RETURN between its chains, policies, and rules whose
 * tests draw from one small pool. The same seed and options give the same rule set.
 */
export function randomProgram(seed: number, options: LanguageOptions = {}): GeneratedProgram {
  return finish(seed, draftProgram(seed, options), settle(options, seed).family);
}

/** As `randomProgram`, for fast-check: shrinks by leaving rules out. */
export function arbitraryProgram(options: LanguageOptions = {}): fc.Arbitrary<GeneratedProgram> {
  return fc.noShrink(fc.nat(0xffff_ffff)).chain((seed) => {
    const draft = draftProgram(seed, options);
    const count = draft.reduce((sum, table) => sum + table.chains.reduce((rules, chain) => rules + chain.rules.length, 0), 0);
    return fc.subarray(Array.from({ length: count }, (_, index) => index)).map((kept) => finish(seed, keep(draft, new Set(kept)), settle(options, seed).family));
  });
}

function keep(draft: readonly DraftTable[], kept: ReadonlySet<number>): readonly DraftTable[] {
  let index = 0;
  return draft.map((table) => ({ ...table, chains: table.chains.map((chain) => ({ ...chain, rules: chain.rules.filter(() => kept.has(index++)) })) }));
}

function draftProgram(seed: number, options: LanguageOptions): readonly DraftTable[] {
  const random = createRandom(seed);
  const language = settle(options, seed);
  const possible = (options.tables ?? tableNames.filter((name) => name !== 'security')).filter((name) => (name !== 'nat' || language.nat) && !(language.frameOnly && (name === 'security' || name === 'nat')));
  // filter always, the others two times in three.
  const tables = possible.filter((name) => name === 'filter' || name === 'nat' || possible.length === 1 || random.chance(0.66));
  return tables.map((name) => draftTable(random, language, name));
}

function draftTable(random: Random, language: Drawing['language'], name: TableName): DraftTable {
  const hooks = builtinChains[name].filter((hook) => !language.frameOnly || hook === 'PREROUTING' || hook === 'INPUT' || hook === 'FORWARD');
  const names = random.shuffled(chainNames).slice(0, random.below(4));
  // The hooks from which a user chain may be reached are drawn first, so that its rules fit all of them.
  const users = names.map((user) => ({ name: user, hooks: random.chance(0.5) ? hooks : hooks.filter(() => random.chance(0.6)) }));
  const targets = (from: readonly Hook[], after: number): readonly string[] =>
    users.filter((user, index) => index > after && from.every((hook) => user.hooks.includes(hook))).map((user) => user.name);
  const drawing = (reachable: readonly Hook[]): Drawing => ({ random, family: language.family, table: name, hooks: reachable, language });
  const rules = (reachable: readonly Hook[], chains: readonly string[], user: boolean, length: number): readonly DraftRule[] =>
    Array.from({ length }, () => draftRule(drawing(reachable), chains, user));
  const count = (): number => random.below(language.rulesPerChain + 1);
  // Every user chain is led to from one of its hooks at least, so that its rules are not there in vain.
  const entries = users.flatMap((user) => (user.hooks.length === 0 ? [] : [{ hook: random.pick(user.hooks), user }]));
  const withEntries = (hook: Hook, own: readonly DraftRule[]): readonly DraftRule[] => entries.filter((entry) => entry.hook === hook).reduce<readonly DraftRule[]>((list, { user }) => {
    const at = random.below(list.length + 1);
    return [...list.slice(0, at), entryRule(drawing([hook]), user.name), ...list.slice(at)];
  }, own);
  const base = builtinChains[name].map((hook): DraftChain => {
    // DROP before filter leaves little to look at behind it.
    const policy = random.chance(name === 'filter' || name === 'security' ? 0.25 : 0.04) && hooks.includes(hook) ? 'DROP' : 'ACCEPT';
    return { name: hook, base: { hook, policy: name === 'nat' ? 'ACCEPT' : policy }, rules: hooks.includes(hook) ? withEntries(hook, rules([hook], targets([hook], -1), false, count())) : [] };
  });
  const user = users.map((one, index): DraftChain => ({ name: one.name, rules: rules(one.hooks.length === 0 ? hooks : one.hooks, targets(one.hooks, index), true, 1 + random.below(language.rulesPerChain)) }));
  return { name, chains: [...base, ...user.sort((a, b) => (a.name < b.name ? -1 : 1))] };
}

/** A jump into a user chain under little or nothing. */
function entryRule(drawing: Drawing, chain: string): DraftRule {
  const conditions = drawing.random.chance(0.5) ? drawConditions(drawing, undefined, false) : { node: {}, name: '', words: '' };
  return { conditions, matches: [], jump: { node: { kind: 'chain', chain, source: nowhere }, name: chain, words: '' } };
}

/** A protocol match needs its `-p`; the others go with any. */
const protocolMatches: Readonly<Record<number, readonly MatchKind[]>> = { 6: ['tcp', 'tcp', 'tcp', 'multiport', 'tcpmss', 'ecn'], 17: ['udp', 'udp', 'multiport'], 132: ['sctp', 'multiport'], 1: ['icmp'], 58: ['icmp6'], 50: ['esp'], 51: ['ah'] };

function draftRule(drawing: Drawing, chains: readonly string[], user: boolean): DraftRule {
  const { random, family, language } = drawing;
  if (language.forms.length > 0 && random.chance(0.6)) return formRule(drawing, chains, user);
  const allowed = (kind: MatchKind): boolean => language.matches?.includes(kind) ?? true;
  const protocols = [6, 6, 6, 17, 17, 17, family === 4 ? 1 : 58, 132, 50, family === 4 ? 51 : 6, 47, 255];
  const protocol = random.chance(0.6) ? { value: random.pick(protocols), negated: random.chance(0.08) } : undefined;
  const forProtocol = protocol && !protocol.negated && random.chance(0.85) ? random.pick((protocolMatches[protocol.value] ?? []).filter(allowed).concat('comment')) : undefined;
  const kinds = [...(forProtocol === undefined ? [] : [forProtocol]), ...Array.from({ length: random.pick([0, 0, 0, 1, 1, 2]) }, () => freeKind(drawing))].filter((kind) => allowed(kind));
  const matches = kinds.map((kind) => drawMatch(drawing, kind, protocol?.value === 6 && !protocol.negated));
  const forTcp = matches.find((match) => match.node.kind === 'tcp')?.node;
  const wantsSyn = forTcp?.kind === 'tcp' && forTcp.flags !== undefined && !forTcp.flags.negated && (forTcp.flags.value.mask & forTcp.flags.value.value & 2) !== 0;
  const ports = protocol?.negated ? undefined : protocol?.value;
  const jump = language.rewrites && wantsSyn && drawing.table === 'mangle' && random.chance(0.5) ? drawTcpmss(drawing) : drawJump(drawing, chains, ports);
  return { conditions: drawConditions(drawing, protocol, user), matches, ...(jump && { jump }) };
}

/** Matches, a jump or both in forms of the whole language. */
function formRule(drawing: Drawing, chains: readonly string[], user: boolean): DraftRule {
  const { random, language } = drawing;
  const { protocol, matches } = random.chance(0.85) ? drawForms(drawing) : { protocol: undefined, matches: [] };
  const form = !language.frameOnly && random.chance(0.4) ? drawJumpForm(drawing, protocol) : undefined;
  const wanted = form?.protocol ?? protocol;
  const jump = form === undefined ? drawJump(drawing, chains, wanted?.negated === false ? wanted.value : undefined) : form.jump;
  return { conditions: drawConditions(drawing, wanted, user), matches: [...matches, ...(form?.matches ?? [])], ...(jump && { jump }) };
}

function freeKind(drawing: Drawing): MatchKind {
  const { random, family, language, hooks, table } = drawing;
  const only = (...allowed: readonly Hook[]): boolean => hooks.every((hook) => allowed.includes(hook));
  return random.pick<MatchKind>([
    family === 4 ? 'ttl' : 'hl', 'length', 'tos', 'dscp', 'iprange', 'comment', 'ecn',
    ...(family === 6 ? ['ah' as const] : []),
    ...(language.frameOnly ? [] : ['mark' as const, 'mark' as const, 'addrtype' as const]),
    ...(language.tracking ? ['state', 'conntrack', 'conntrack', 'connmark'] as const : []),
    ...(language.sets ? ['set', 'set'] as const : []),
    ...(language.link ? ['pkttype' as const] : []),
    ...(language.link && only('PREROUTING', 'INPUT', 'FORWARD') ? ['mac' as const] : []),
    ...(language.owner && only('OUTPUT', 'POSTROUTING') && table !== 'security' ? ['owner', 'owner'] as const : []),
    ...(language.stateful ? ['limit', 'statistic'] as const : []),
    ...(language.counting ? ['limit', 'statistic', 'statistic', 'statistic', 'quota', 'quota', 'quota'] as const : []),
  ]);
}

const draws: { readonly [K in MatchKind]?: Draw } = { ...headerMatches, ...stateMatches };

function drawMatch(drawing: Drawing, kind: MatchKind, isTcp: boolean): Drawn<Match> {
  const draw = draws[kind];
  if (draw === undefined) throw new Error(`no generator draws ${kind}`);
  const drawn = draw(drawing);
  // The TCP tests of ecn need `-p tcp`, which this rule lacks.
  return drawn.node.kind === 'ecn' && drawn.node.tcpEce !== undefined && !isTcp ? { node: { kind: 'ecn', source: nowhere, ipEct: { value: 1, negated: false } }, name: 'ecn', words: ' --ecn-ip-ect 1' } : drawn;
}

function drawJump(drawing: Drawing, chains: readonly string[], protocol: number | undefined): Drawn<Jump> | undefined {
  const { random, table } = drawing;
  const extensions = placeableJumps(drawing);
  const dice = random.below(100);
  if (table === 'nat' && dice < 45 && extensions.length > 0) return random.pick(extensions)(drawing, protocol);
  if (dice < 22) return accept;
  if (dice < 40) return table === 'nat' ? accept : drop;
  if (dice < 60 && chains.length > 0) {
    const chain = random.pick(chains);
    return random.chance(0.3) ? { node: { kind: 'goto', chain, source: nowhere }, name: chain, words: '' } : { node: { kind: 'chain', chain, source: nowhere }, name: chain, words: '' };
  }
  if (dice < 67) return back;
  if (dice < 74) return undefined;
  return extensions.length > 0 ? random.pick(extensions)(drawing, protocol) : accept;
}

/** Puts the rules on lines, and makes text and IR of them. */
function finish(seed: number, draft: readonly DraftTable[], family: 4 | 6): GeneratedProgram {
  const lines: string[] = [];
  const write = (text: string): Source => {
    lines.push(text);
    return { line: lines.length, column: 1, endColumn: text.length + 1 };
  };
  const tables = draft.map((table): Table => {
    write(`*${table.name}`);
    const sources = table.chains.map((chain) => write(`:${chain.name} ${chain.base?.policy ?? '-'} [0:0]`));
    const chains = table.chains.map((chain, index): Chain => {
      const source = sources[index] ?? nowhere;
      const rules = chain.rules.map((rule) => placed(rule, write(ruleText(chain.name, rule))));
      return chain.base === undefined
        ? { kind: 'user', name: chain.name, rules, source }
        : { kind: 'base', name: chain.base.hook, hook: chain.base.hook, policy: chain.base.policy, counters: { packets: 0n, bytes: 0n }, rules, source };
    });
    write('COMMIT');
    return { name: table.name, chains };
  });
  const text = `${lines.join('\n')}\n`;
  const ruleset: Ruleset = { family, file: `seed-${seed}.rules`, tables };
  const sets: readonly NamedSet[] = setChoices(family).filter((set) => text.includes(`--match-set ${set.name} `));
  const more = formSets(family, text);
  return { seed, program: { rulesets: [ruleset], sets: [...sets, ...more.sets] }, text, sets: setsText(sets) + more.text, topology: standardTopology };
}

function ruleText(chain: string, rule: DraftRule): string {
  const matches = rule.matches.map((match) => ` -m ${match.name}${match.words}`).join('');
  const jump = rule.jump === undefined ? '' : ` ${rule.jump.node.kind === 'goto' ? '-g' : '-j'} ${rule.jump.name}${rule.jump.words}`;
  return `-A ${chain}${rule.conditions.words}${matches}${jump}`;
}

function placed(rule: DraftRule, source: Source): Rule {
  return {
    source,
    conditions: rule.conditions.node,
    matches: rule.matches.map((match) => ({ ...match.node, source })),
    ...(rule.jump && { jump: { ...rule.jump.node, source } }),
  };
}
