import type { Chain, Family, Hook, PacketInput, Program, Rule, Ruleset, Table, TableName, Topology } from '../ir/index.js';
import { toHex } from '../packet/index.js';
import { never, ruleAims, type Aim, type AimContext } from './aims/index.js';
import { applyEdit, toInput, type Draft, type Edit } from './draft.js';
import { createHost, type ProbeHost } from './host.js';
import { blockersOf, earlierChains, pathsOf, type Earlier, type Path } from './paths.js';
import { createRandom, type Random } from './random.js';
import { search, type Found } from './search.js';
import { oddEdits } from './shapes.js';
import { hookAims, startDraft } from './starts.js';
import { deriveTopology } from './topology.js';

export interface ProbeOptions {
  /** The host that will judge; one that the rules suggest unless given. */
  readonly topology?: Topology;
  /** Same program, options and seed: same packets. */
  readonly seed: number;
  /** At most so many packets: first one for each rule (evenly chosen rules when there are more), then their edges in turns. All unless given. */
  readonly count?: number;
  /** Also packets that override connection tracking (`state ESTABLISHED`), which no single packet on a wire can be. */
  readonly states?: boolean;
}

/** One rule and the packet aimed at its middle. */
export interface AimedRule {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  /** Within its chain, from 1. */
  readonly rule: number;
  readonly line: number;
  /**
   * hit: a packet meets every condition and no earlier rule turns it away, as far as probes can tell; met: it meets every condition;
   * missed: none was found; unreachable: no base chain leads to the rule.
   */
  readonly aim: 'hit' | 'met' | 'missed' | 'unreachable';
  /** Id of the packet, where there is one. */
  readonly packet?: string;
}

export interface Probe {
  readonly seed: number;
  readonly topology: Topology;
  readonly packets: readonly PacketInput[];
  readonly rules: readonly AimedRule[];
}

/** The packets alone; see `probeProgram`. */
export const probe = (program: Program, options: ProbeOptions): readonly PacketInput[] => probeProgram(program, options).packets;

/**
 * Packets aimed at the edges of everything a program's rules mention: for every rule one that meets all its conditions (and those of
 * the jumps on the way to it), then for each condition values just inside and outside with the others held, then odd packets:
 * fragments, cut headers, extension headers, flags. Says which rules it could aim at.
 */
export function probeProgram(program: Program, options: ProbeOptions): Probe {
  const topology = options.topology ?? deriveTopology(program);
  const random = createRandom(options.seed);
  const host = createHost(topology);
  const sets = new Map(program.sets.map((set) => [set.name, set]));
  const count = options.count ?? Number.POSITIVE_INFINITY;
  const everyRule = program.rulesets.flatMap((ruleset) => placesOf(ruleset));
  const chosen = everyRule.length <= count ? everyRule : evenly(everyRule, count);
  const collected = createCollection(count, host);
  const aimsOf = rememberAims({ host, sets, states: options.states ?? false, ...(program.fingerprints === undefined ? {} : { fingerprints: program.fingerprints }) });
  const targets = chosen.map((place) => aimAt(place, aimsOf, random));
  const rules = targets.map((target): AimedRule => {
    const { ruleset, table, chain, index, rule } = target.place;
    const packet = target.found === undefined ? undefined : collected.add(target.found.draft);
    const aim = target.path === undefined ? 'unreachable' : target.found?.met !== true ? 'missed' : target.found.clear ? 'hit' : 'met';
    return { family: ruleset.family, table: table.name, chain: chain.name, rule: index + 1, line: rule.source.line, aim, ...(packet === undefined ? {} : { packet }) };
  });
  const variants = targets.map((target) => variantsOf(target, random));
  const odd = createOddities(random);
  for (let turn = 0; !collected.full(); turn++) {
    let any = false;
    for (const [index, target] of targets.entries()) {
      const { found } = target;
      const variant = variants[index]?.[turn] ?? (found === undefined ? undefined : odd(found.draft, target, turn - (variants[index]?.length ?? 0)));
      if (variant === undefined || found === undefined) continue;
      any = true;
      collected.add(applyEdit(found.draft, variant));
      if (collected.full()) break;
    }
    if (!any) break;
  }
  return { seed: options.seed, topology, packets: collected.packets, rules };
}

interface Place {
  readonly ruleset: Ruleset;
  readonly table: Table;
  readonly chain: Chain;
  readonly index: number;
  readonly rule: Rule;
  readonly paths: readonly Path[];
}

interface Target {
  readonly place: Place;
  readonly path?: Path;
  readonly found?: Found;
  /** Conditions of the rule itself, and of the jumps that lead to it. */
  readonly aims: readonly Aim[];
}

function placesOf(ruleset: Ruleset): readonly Place[] {
  return ruleset.tables.flatMap((table) => {
    const paths = pathsOf(table);
    return table.chains.flatMap((chain) => chain.rules.map((rule, index) => ({ ruleset, table, chain, index, rule, paths: paths.get(chain.name) ?? [] })));
  });
}

const evenly = <T>(items: readonly T[], count: number): readonly T[] => Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]).filter((item) => item !== undefined);

/** Blocking rules looked at for one rule, searches begun anew, and steps of each. */
const limits = { blockers: 120, paths: 8, tries: 4, rounds: 40 } as const;

const comesFrom = (origin: Draft['origin']): Aim => ({ holds: (draft) => draft.origin === origin, inside: [], outside: [] });

/** Where the policy of a chain on the way is DROP, one of its rules must let the packet through. */
function passAims({ chain, table, hook }: Earlier, source: AimSource, family: Family, random: Random): readonly Aim[] {
  if (chain.policy === 'ACCEPT') return [];
  const doors = chain.rules.filter((rule) => rule.jump?.kind === 'accept');
  return doors.length === 0 ? [never] : source.of(random.pick(doors), source.context(family, hook, table.name));
}

interface AimSource {
  context(family: Family, hook: Hook, table: TableName): AimContext;
  /** The rule's conditions at a hook; made once. */
  of(rule: Rule, context: AimContext): readonly Aim[];
}

function rememberAims(known: Omit<AimContext, 'family' | 'table' | 'hook'>): AimSource {
  const contexts = new Map<string, AimContext>();
  const made = new Map<AimContext, Map<Rule, readonly Aim[]>>();
  return {
    context: (family, hook, table) => {
      const key = `${family} ${hook} ${table}`;
      const context = contexts.get(key) ?? { family, table, hook, ...known };
      contexts.set(key, context);
      return context;
    },
    of: (rule, context) => {
      const rules = made.get(context) ?? new Map<Rule, readonly Aim[]>();
      made.set(context, rules);
      const aims = rules.get(rule) ?? ruleAims(rule, context);
      rules.set(rule, aims);
      return aims;
    },
  };
}

function aimAt(place: Place, source: AimSource, random: Random): Target {
  const { ruleset, table, chain, index, rule } = place;
  let best: (Target & { readonly found: Found }) | undefined;
  const paths = (place.paths.length > 1 ? random.shuffled(place.paths) : place.paths).slice(0, limits.paths);
  for (const path of paths) {
    const context = source.context(ruleset.family, path.hook, table.name);
    const own = source.of(rule, context);
    const wanted = [...hookAims(context), ...path.steps.flatMap((step) => source.of(step.rule, context)), ...own];
    const earlier = (['wire', 'local'] as const).flatMap((origin) => earlierChains(ruleset, table.name, path.hook, origin).map((passed) => ({ ...passed, origin })));
    const blocking = [
      ...[...path.steps, { chain, index, rule }].flatMap((step) => blockersOf(table, step.chain, step.index, false, limits.blockers)).map((rules) => rules.flatMap((one) => source.of(one, context))),
      ...earlier.flatMap(({ origin, chain: passed, table: other, hook }) =>
        blockersOf(other, passed, passed.rules.length, true, limits.blockers / 4).map((rules) => [comesFrom(origin), ...rules.flatMap((one) => source.of(one, source.context(ruleset.family, hook, other.name)))])),
    ];
    for (let attempt = 0; attempt < Math.max(2, Math.ceil(limits.tries / paths.length)); attempt++) {
      const start = startDraft(context, random);
      const passing = earlier.filter(({ origin }) => origin === start.origin).flatMap((passed) => passAims(passed, source, ruleset.family, random));
      const found = search(start, [...wanted, ...passing], blocking, random, limits.rounds);
      const rank = (one: Found | undefined): number => (one === undefined ? -1 : (one.met ? 2 : 0) + (one.clear ? 1 : 0));
      if (rank(found) > rank(best?.found)) best = { place, path, found, aims: own };
      if (found.clear) return { place, path, found, aims: own };
    }
  }
  const [path] = place.paths;
  return best ?? { place, aims: [], ...(path === undefined ? {} : { path }) };
}

/** Values of one condition that are tried at most. */
const mostEdits = 14;

function variantsOf(target: Target, random: Random): readonly Edit[] {
  const lists = target.aims.map((aim) => {
    const edits = [...aim.outside, ...aim.inside];
    return edits.length <= mostEdits ? edits : random.shuffled(edits).slice(0, mostEdits);
  });
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}

/** Odd packets for each kind of rule (table, hook, protocol, matches), spread over the rules of that kind. */
function createOddities(random: Random): (draft: Draft, target: Target, turn: number) => Edit | undefined {
  const pending = new Map<string, Edit[]>();
  return (draft, { place, path }, turn) => {
    if (turn < 0 || path === undefined) return undefined;
    const key = [place.ruleset.family, place.table.name, path.hook, draft.protocol, ...place.rule.matches.map((match) => match.kind)].join(' ');
    let edits = pending.get(key);
    if (edits === undefined) {
      edits = [...random.shuffled(oddEdits(draft))];
      pending.set(key, edits);
    }
    return edits.pop();
  };
}

interface Collection {
  readonly packets: readonly PacketInput[];
  /** The id of the packet, new or known. */
  add(draft: Draft): string;
  full(): boolean;
}

/** Packets without repetition, numbered as they come. */
function createCollection(limit: number, host: ProbeHost): Collection {
  const packets: PacketInput[] = [];
  const known = new Map<string, string>();
  return {
    packets,
    full: () => packets.length >= limit,
    add: (wished) => {
      // A rule may name an interface that the host does not have; no packet comes in there.
      const draft = wished.origin === 'wire' && !host.interfaces.includes(wished.inInterface) ? { ...wished, inInterface: host.interfaces[0] ?? 'eth0' } : wished;
      const input = toInput(draft, `p${packets.length + 1}`, host.macOf(draft.inInterface));
      const key = JSON.stringify([input.origin, input.inInterface, toHex(input.bytes), input.mark, input.ethernet && toHex(input.ethernet), input.packetType, input.uid, input.gid, input.state]);
      const before = known.get(key);
      if (before !== undefined) return before;
      known.set(key, input.id);
      packets.push(input);
      return input.id;
    },
  };
}
