import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printRule } from '../../grammar/index.js';
import type { Match } from '../../src/ir/index.js';
import { nowhere } from '../generators/draft.js';
import { bpf } from '../generators/matches/bpf.js';
import { interpret } from '../interpreter/judging.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { groups, words, type Group } from './rare-groups.js';
import { world } from './world.js';

const seed = Number(process.env['FERRULE_SEED'] ?? 1);
const runs = Number(process.env['FERRULE_RUNS'] ?? 30);

const step = fc.oneof(
  fc.record({ operator: fc.constant('and' as const), number: fc.constantFrom(0xff, 0xf, 0x3c, 0xffff, 0xffff_0000) }),
  fc.record({ operator: fc.constantFrom('left' as const, 'right' as const), number: fc.nat({ max: 31 }) }),
  fc.record({ operator: fc.constant('at' as const), number: fc.nat({ max: 16 }) }),
);
const located = fc.record({
  kind: fc.constant('u32' as const),
  source: fc.constant(nowhere),
  tests: fc.record({
    negated: fc.boolean(),
    value: fc.array(
      fc.record({
        offset: fc.nat({ max: 36 }),
        steps: fc.array(step, { maxLength: 6 }),
        values: fc.array(fc.nat().chain((min) => fc.constantFrom({ min, max: 0xffff_ffff }, { min: 0, max: min }, { min: 0, max: 64 })), { minLength: 1, maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
});
const printed = (match: Match): string => printRule({ source: nowhere, conditions: {}, matches: [match] }, 'FORWARD', 4).replace('-A FORWARD ', '');

/** Programs and locations drawn at random. */
const drawn: readonly Group[] = [
  { name: 'u32, drawn', family: 4, packets: words, matches: fc.sample(located, { numRuns: runs, seed }).map(printed) },
  { name: 'bpf, drawn', family: 4, packets: words, matches: fc.sample(bpf.draw(4), { numRuns: runs, seed }).map(printed) },
];

describe.skipIf(!available().ok)('headers that few rules name, the interpreter against the kernel', () => {
  test.each([...groups, ...drawn])('$name', async ({ name, family, packets, matches }) => {
    const wrong: unknown[] = [];
    const marks = new Set<number | undefined>();
    await withHost(world, async (host) => {
      for (const match of matches) {
        const rules = `-A FORWARD ${match} -j MARK --set-mark 0x7777`;
        const told = interpret(family, rules, { sequence: name === 'quota' });
        const expected = packets.map((packet) => comparable(told.judge(packet)));
        await host.loadLegacy(family, `*filter\n${rules}\nCOMMIT\n`);
        const outcomes = await host.judge(packets);
        for (const { mark } of outcomes) marks.add(mark);
        const seen = outcomes.map(comparable);
        seen.forEach((one, at) => {
          if (one !== expected[at]) wrong.push({ match, packet: at, seen: one, expected: expected[at] });
        });
      }
    });
    expect(wrong, `seed ${seed}`).toEqual([]);
    expect([...marks].sort(), 'some match and some do not').toEqual(expect.arrayContaining([0, 0x7777]));
  });
});
