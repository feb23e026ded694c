import { describe, expect, it } from 'vitest';
import { type CoreRule, type CoreRuleset, type Field, fields, type Hook, hooks, type Step } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { createRandom, type Random } from '../../src/probe/random.js';
import type { LivePacket } from '../../src/stack/index.js';
import { layout, readField } from '../../src/evaluate/reading.js';
import { ways } from '../../src/symbolic/ways.js';
import { rulesetsOf, settings } from '../equivalence/settings.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import { packetsFor } from '../generators/packets.js';
import { randomProgram } from '../generators/ruleset.js';
import { interpretersHelp } from '../lower/help.js';
import { compared } from './help.js';
import { answerable, assignmentOf, observe, opaquePredicates, type Observation } from './observe.js';

/** One rule changed: gone, before its neighbour, with another verdict, with a test turned round, or twice. */
function mutated(ruleset: CoreRuleset, random: Random): CoreRuleset {
  const places = ruleset.tables.flatMap((table, t) => table.chains.flatMap((chain, c) => chain.rules.map((_, r) => [t, c, r] as const)));
  if (places.length === 0) return ruleset;
  const [t, c, r] = random.pick(places);
  const change = (rules: readonly CoreRule[]): readonly CoreRule[] => {
    const rule = rules[r];
    if (rule === undefined) return rules;
    const [before, after] = [rules.slice(0, r), rules.slice(r + 1)];
    switch (random.below(5)) {
      case 0:
        return [...before, ...after];
      case 1:
        return [...before, ...after.slice(0, 1), rule, ...after.slice(1)];
      case 2:
        return [...before, { ...rule, action: rule.action.kind === 'drop' ? { kind: 'return' } : { kind: 'drop' } }, ...after];
      case 3:
        return [...before, rule, rule, ...after];
      default: {
        const tests = rule.steps.flatMap((step, index) => (step.kind === 'test' && step.assumption === undefined ? [index] : []));
        if (tests.length === 0) return [...before, ...after];
        const at = random.pick(tests);
        return [...before, { ...rule, steps: rule.steps.map((step, index): Step => (index === at && step.kind === 'test' ? { ...step, predicate: { kind: 'not', operand: step.predicate } } : step)) }, ...after];
      }
    }
  };
  return { ...ruleset, tables: ruleset.tables.map((table, at) => (at !== t ? table : { ...table, chains: table.chains.map((chain, index) => (index !== c ? chain : { ...chain, rules: change(chain.rules).map((rule, position) => ({ ...rule, position: position + 1 })) })) })) };
}

/** Of TCP alone, where they are there. */
function flags(packet: LivePacket): string {
  const { protocol, transport, fragmentOffset } = layout(packet.family, packet.bytes);
  return protocol === 6 && fragmentOffset === 0 && packet.bytes.length > transport + 13 ? `tcp.flags ${readField('tcp.flags', packet)}` : '';
}

const fieldsSeen = ['packet.mark', 'ip.tos', 'ip.ttl', 'ip.source', 'ip.destination'] as const satisfies readonly Field[];

/** What others can see of a packet behind a hook. */
function visible({ verdict, after, logs: written }: Observation): string {
  const logs = written.map(({ text, shown }) => `${text} ${shown}`);
  if (verdict.kind === 'drop') return ['drop', ...logs].join('\n');
  // The answer quotes the headers, and goes by the connection.
  if (verdict.kind === 'reject') return [verdict.with, ...logs, ...fieldsSeen.map((field) => (field === 'packet.mark' ? '' : `${field} ${readField(field, after)}`)), flags(after), connection(after)].join('\n');
  const values = [...fieldsSeen.map((field) => `${field} ${readField(field, after)}`), flags(after)];
  const nat = verdict.kind === 'translate' ? JSON.stringify(verdict.nat, (key, value: unknown) => (key === 'source' ? undefined : typeof value === 'bigint' ? String(value) : value)) : '';
  return ['accept', nat, ...logs, ...values, connection(after)].join('\n');
}

const connection = ({ connection: entry, state, notrack }: LivePacket): string => `${state} ${notrack} ${entry === undefined ? 'none' : entry.mark}`;

const worlds: readonly (readonly [string, LanguageOptions])[] = [
  ['filter and mangle', { tables: ['mangle', 'filter'], sets: false }],
  ['with connection tracking', { tracking: true, sets: false }],
  ['translation', { nat: true, sets: false }],
  ['every form', { ...formWorlds.plain, link: false, sets: false, rewrites: false, tables: ['mangle', 'filter'], rulesPerChain: 2 }],
  ['every form of tracking', { ...formWorlds.tracked, nat: false, tracking: true, sets: false, rewrites: false, rulesPerChain: 3 }],
];

/** Variables beside the fields that stay as they are where a way begins. A packet from here may be routed anew on its way. */
const keptFrom = (first: Hook | undefined): readonly string[] => ['[in]', '[state]', '[first]', '[snat]', '[dnat]', ...(first === 'OUTPUT' ? ['[out]'] : [])];

/** Types of ICMPv6 that connection tracking leaves alone: multicast listeners, neighbour discovery, multicast routers. */
const betweenNeighbours: ReadonlySet<number> = new Set([130, 131, 132, 133, 134, 135, 136, 143, 151, 152]);

function attempt(left: CoreRuleset, right: CoreRuleset, about: string): ReturnType<typeof compared> {
  try {
    return compared(left, right, { budget: 3_000_000 });
  } catch (error) {
    throw new Error(`${String(error)}: ${about}`);
  }
}

describe('a mutated rule set differs for exactly the packets that show it', () => {
  const cases = worlds.flatMap(([name, language], index) => ([4, 6] as const).map((family) => [family, name, language, index] as const));
  it.each(cases)('IPv%i, %s', (family, _, language, index) => {
    let [differing, alike] = [0, 0];
    for (let round = 0; round < rulesetsOf(language); round++) {
      const seed = settings.seed + 700_000 + index * 10_000 + round;
      const generated = answerable(randomProgram(seed, { ...language, unseen: false, family }));
      const [left] = lower(generated.program).value.rulesets.filter((one) => one.family === family);
      if (left === undefined) continue;
      const right = { ...mutated(left, createRandom(seed)), tracking: left.tracking };
      const result = attempt(left, right, `seed ${seed}\n${generated.text}`);
      const help = interpretersHelp(generated.program);
      const packets = packetsFor(generated.program, seed, Math.ceil(settings.packets / 3));
      const [one, other] = [observe(left, packets, generated.topology, help), observe(right, packets, generated.topology, help)];
      const opaque = opaquePredicates([left, right]);
      for (const [at, observations] of one.entries()) {
        const starts = new Map<string, bigint>();
        for (const [place, observation] of observations.entries()) {
          const there = other[at]?.[place];
          if (there === undefined || there.hook !== observation.hook) break;
          // A header that translation cannot write, or a destination without a way, ends the packet between the tables.
          if (observation.hook === 'OUTPUT' && (observation.last === 'nat' || there.last === 'nat')) break;
          const differs = visible(observation) !== visible(there);
          const values = new Map(assignmentOf(observation, result.layout, result.vocabulary, result.questions, opaque, help.inSet, new Map()));
          // What NOTRACK takes from one side, the other shows.
          if (observation.tracked.state === 'UNTRACKED' && there.tracked.state !== 'UNTRACKED') for (const [name, value] of assignmentOf({ ...observation, tracked: there.tracked }, result.layout, result.vocabulary, result.questions, opaque, help.inSet, new Map())) values.set(name, value);
          const bits = new Set<number>();
          const holds = (root: number, assignment: ReadonlyMap<string, bigint>): boolean => {
            bits.clear();
            for (const { name, levels } of result.layout.blocks) levels.forEach((level, bit) => ((assignment.get(name) ?? 0n) >> BigInt(levels.length - 1 - bit)) & 1n && bits.add(level));
            let node = root;
            while (!result.bdd.isTerminal(node)) node = bits.has(result.bdd.level(node)) ? result.bdd.high(node) : result.bdd.low(node);
            return node === 1;
          };
          const found = [...result.differences, ...result.unreachable].find(({ hook }) => hook === observation.hook);
          const about = `${differs ? 'differs' : 'does not differ'} at ${observation.hook}: seed ${seed}, packet ${at}\n${generated.text}\n${[...values].map(([name, value]) => `${name}=${value}`).join(' ')}\n-- left\n${visible(observation)}\n-- right\n${visible(there)}`;
          expect(found !== undefined && holds(found.region, values), about).toBe(differs);
          for (const [name, value] of values) if (!starts.has(name) || !(Object.hasOwn(fields, name) || keptFrom(observations[0]?.hook).includes(name))) starts.set(name, value);
          if (!differs) {
            alike += 1;
            continue;
          }
          differing += 1;
          const way = (Object.keys(ways) as (keyof typeof ways)[]).filter((name) => ways[name].some((hook) => hook === observation.hook) && ways[name][0] === observations[0]?.hook);
          const begins = new Map([...starts, ['[sent]', 0n]]);
          // What NOTRACK has made of it; before, only messages between neighbours know such a state.
          if (begins.get('[state]') === 4n && !(family === 6 && begins.get('ip.protocol') === 58n && betweenNeighbours.has(Number((begins.get('transport.source-port') ?? 0n) >> 8n)))) begins.set('[state]', 0n);
          expect(found?.arrivals.some((arrival) => way.includes(arrival.way) && holds(arrival.start, begins)), `arrives: ${about}\n-- start\n${[...begins].map(([name, value]) => `${name}=${value}`).join(' ')}`).toBe(true);
          break;
        }
      }
    }
    expect(alike, `${differing} packets differ`).toBeGreaterThan(0);
    expect(hooks).toHaveLength(5);
  });
});
