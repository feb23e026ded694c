import { describe, expect, it } from 'vitest';
import { readField } from '../../src/evaluate/reading.js';
import { type CoreRuleset, type Field, fieldBits, hooks, type PacketInput } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import type { LivePacket } from '../../src/stack/index.js';
import { createBdd } from '../../src/symbolic/bdd.js';
import { createContext } from '../../src/symbolic/context.js';
import { createFacts } from '../../src/symbolic/facts.js';
import { layoutFor, levelsOf, orders } from '../../src/symbolic/layout.js';
import type { Outcome } from '../../src/symbolic/outcome.js';
import { hookNode } from '../../src/symbolic/ruleset.js';
import { nameStates } from '../../src/symbolic/states.js';
import { vocabularyOf } from '../../src/symbolic/vocabulary.js';
import { rulesetsOf, settings } from '../equivalence/settings.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import { packetsFor, type PacketOptions } from '../generators/packets.js';
import { randomProgram } from '../generators/ruleset.js';
import { interpretersHelp } from '../lower/help.js';
import { answerable, assignmentOf, observe, opaquePredicates, stateOf, type Observation } from './observe.js';

const written = ['packet.mark', 'ct.mark', 'ip.tos', 'ip.ttl'] as const satisfies readonly Field[];

/** What the rules did, in words that both can say. */
function seen({ verdict, after, tracked, logs }: Observation): string {
  const ending = verdict.kind === 'translate' ? 'accept' : verdict.kind === 'reject' ? `reject ${verdict.with}` : verdict.kind;
  const value = (field: Field): bigint => readField(field, field === 'ct.mark' ? { ...after, ...(tracked.connection === undefined ? {} : { connection: after.connection ?? tracked.connection }) } : after);
  const values = ending === 'accept' ? written.flatMap((field) => (field === 'ct.mark' && (tracked.connection === undefined || after.connection === undefined) ? [] : [`${field} ${value(field)}`])) : [];
  return [ending, ...logs.map(({ text }) => text), ...values].join('\n');
}

function judgeAll(ruleset: CoreRuleset, packets: readonly PacketInput[], topology: Parameters<typeof observe>[2], help: ReturnType<typeof interpretersHelp>, text: string): number {
  const vocabulary = vocabularyOf([ruleset]);
  const bdd = createBdd(5_000_000);
  const layout = layoutFor(vocabulary, ruleset.family, orders[0] ?? []);
  const context = createContext(bdd, layout, { states: nameStates([ruleset]), assume: new Set(), ignoreLogs: false });
  const facts = createFacts([ruleset], vocabulary, context);
  const nodes = new Map(hooks.map((hook) => [hook, hookNode(ruleset, hook, context)]));
  const opaque = opaquePredicates([ruleset]);
  let count = 0;
  for (const [index, observations] of observe(ruleset, packets, topology, help).entries()) {
    const earlier = new Map<string, number>();
    for (const observation of observations) {
      const { hook } = observation;
      // A header that translation cannot write ends the packet between the tables.
      if (hook === 'OUTPUT' && observation.verdict.kind === 'translate' && observation.last === 'nat') continue;
      const assignment = assignmentOf(observation, layout, vocabulary, context.questions, opaque, help.inSet, earlier);
      const bits = new Set<number>();
      for (const { name, levels } of layout.blocks) levels.forEach((level, at) => ((assignment.get(name) ?? 0n) >> BigInt(levels.length - 1 - at)) & 1n && bits.add(level));
      const reach = (root: number): number => {
        let node = root;
        while (!bdd.isTerminal(node)) node = bits.has(bdd.level(node)) ? bdd.high(node) : bdd.low(node);
        return bdd.value(node);
      };
      const outcome: Outcome = context.outcomes.outcome(reach(nodes.get(hook) ?? 0));
      const after = (field: Field): bigint => {
        const nodesOf = outcome.written[field];
        if (nodesOf === undefined) return readOr(field, field === 'ct.mark' ? observation.tracked : observation.before);
        return nodesOf.reduce((value, node) => value * 2n + BigInt(reach(node)), 0n);
      };
      const values = outcome.ending === 'accept' ? written.flatMap((field) => (field === 'ct.mark' && (observation.tracked.connection === undefined || observation.after.connection === undefined) ? [] : [`${field} ${after(field)}`])) : [];
      const said = [outcome.ending, ...outcome.effects.filter(({ kind }) => kind === 'log').map(({ text: log }) => log), ...values].join('\n');
      const known = [...assignment].filter(([name]) => !name.startsWith('[present')).map(([name, value]) => `${name}=${value}`).join(' ');
      expect(said, `${text}\npacket ${index} at ${hook}: ${known}`).toBe(seen(observation));
      expect(reach(facts.at(hook)), `${text}\npacket ${index} at ${hook} cannot come there: ${known}`).toBe(1);
      for (const { kind, text: key } of outcome.effects) if (kind === 'ask') earlier.set(stateOf(key), (earlier.get(stateOf(key)) ?? 0) + 1);
      count += 1;
    }
  }
  expect(levelsOf(layout, 'ct.state')?.length).toBe(3);
  return count;
}

const readOr = (field: Field, packet: LivePacket): bigint => {
  try {
    return readField(field, packet);
  } catch {
    return 0n;
  }
};

const worlds: readonly (readonly [string, LanguageOptions, PacketOptions])[] = [
  ['every header', {}, {}],
  ['translation', { nat: true }, {}],
  ['rates', { stateful: true }, {}],
  ['every form', { ...formWorlds.plain, rewrites: false, rulesPerChain: 4 }, { link: true }],
  ['every form of tracking', { ...formWorlds.tracked, nat: false, tracking: true, rewrites: false, rulesPerChain: 3 }, {}],
];

describe('diagrams say what the evaluator does with random packets', () => {
  const cases = worlds.flatMap(([name, language, packets], index) => ([4, 6] as const).map((family) => [family, name, language, packets, index] as const));
  it.each(cases)('IPv%i, %s', (family, _, language, packetOptions, index) => {
    let count = 0;
    for (let round = 0; round < rulesetsOf(language); round++) {
      const seed = settings.seed + 500_000 + index * 10_000 + round;
      const generated = answerable(randomProgram(seed, { ...language, family }));
      const [ruleset] = lower(generated.program).value.rulesets.filter((one) => one.family === family);
      if (ruleset === undefined) continue;
      count += judgeAll(ruleset, packetsFor(generated.program, seed, settings.packets, packetOptions), generated.topology, interpretersHelp(generated.program), `seed ${seed}\n${generated.text}`);
    }
    expect(count).toBeGreaterThan(0);
    expect(fieldBits('ip.ttl', family)).toBe(8);
  });
});
