import { describe, it } from 'vitest';
import { externalMeaning, type CoreRule, type Outcome, type PacketInput, type TraceStep } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { createHost } from '../../src/stack/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import type { PacketOptions } from '../generators/packets.js';
import { comparable } from '../kernel/index.js';
import { coreEngine } from '../../src/evaluate/index.js';
import { isOutside } from '../../src/check/outside.js';
import type { GeneratedProgram } from '../generators/ruleset.js';
import { interpretersHelp } from '../lower/help.js';
import { contest, expectMeaning, type Contender } from './contest.js';

/** Where rules count, packets follow one another. */
const interpreter = (sequence: boolean): Contender => ({
  name: 'interpreter',
  async judge({ program, topology }, packets: readonly PacketInput[]) {
    const { judge } = createInterpreter(program, { topology, sequence });
    return packets.map((packet) => judge(packet));
  },
});

const core = (sequence: boolean): Contender => ({
  name: 'core',
  async judge({ program, topology }, packets: readonly PacketInput[]) {
    const { value } = lower(program);
    const engines = value.rulesets.map(({ family }) => coreEngine(value, family, interpretersHelp(program)));
    const { judge } = createHost({ engines, topology, sequence });
    return packets.map((packet) => judge(packet));
  },
  refuses: ({ program }) => lower(program).value.rulesets.flatMap(({ tables }) => tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules.filter(isRefused).map(({ source }) => source.line)))),
});

/** Of what a jump writes that somebody else knows, the core does not say what it is. */
const isRefused = ({ steps, action }: CoreRule): boolean => action.kind === 'refuse' || (action.kind === 'outside' && externalMeaning(action.jump).writes !== undefined) || steps.some(({ kind }) => kind === 'refuse');

/** Not only the end of a packet: every rule that it met, and what the rule said. Where it ends, a jump may have dropped it that the core makes a test of. */
const withPath = (outcome: Outcome, generated: GeneratedProgram): string =>
  [comparable(outcome), ...outcome.path.map((step, index) => {
    const condemned = outcome.verdict === 'drop' && index === outcome.path.length - 1 && step.result === 'hotdrop';
    const result = condemned || (step.result === 'no-match' && onlyForgets(generated, step)) ? 'match' : step.result;
    return `${step.hook} ${step.table} ${step.chain} ${step.rule} ${result}`;
  })].join('\n');

/** Whether an address was in the list of `recent` that a rule takes it out of: where no jump hangs on it, the core keeps no table to know, and the rule only counts otherwise. */
function onlyForgets({ program }: GeneratedProgram, { table, chain, rule }: TraceStep): boolean {
  const found = program.rulesets.flatMap(({ tables }) => tables).find(({ name }) => name === table)?.chains.find(({ name }) => name === chain)?.rules[rule - 1];
  const last = found?.matches.at(-1);
  return found?.jump === undefined && last?.kind === 'recent' && last.action.value === 'remove';
}

/** TCPOPTSTRIP leaves a later fragment alone, and the core says so as a test: no difference but in the path. */
const looksUnlike = ({ text }: GeneratedProgram, packet: PacketInput): boolean => text.includes('TCPOPTSTRIP') && isOutside(['no-later-fragments'], packet);

const worlds: readonly (readonly [string, LanguageOptions, PacketOptions])[] = [
  ['every header', {}, {}],
  ['translation', { nat: true }, {}],
  ['owners', { owner: true }, {}],
  ['frames', { link: true }, { link: true }],
  ['every form', formWorlds.plain, { link: true }],
  ['every form of tracking', formWorlds.tracked, {}],
  ['every form that counts', formWorlds.counted, {}],
  ['rates', { stateful: true }, {}],
];

describe('the core says what the surface says, rule by rule', () => {
  const cases = worlds.flatMap(([name, language, packets], index) => ([4, 6] as const).map((family) => [family, name, language, packets, index] as const));
  it.each(cases)('IPv%i, %s', async (family, _, language, packets, index) => {
    const counts = language.stateful === true || (language.forms?.includes('counted') ?? false);
    expectMeaning(await contest({ reference: interpreter(counts), contender: core(counts), language: { ...language, family }, packets, measure: withPath, excused: looksUnlike, offset: 100_000 + index * 10_000 }));
  });
});
