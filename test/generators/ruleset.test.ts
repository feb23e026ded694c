import { describe, expect, test } from 'vitest';
import { parse, parseSets, print } from '../../grammar/index.js';
import type { Ruleset } from '../../src/ir/index.js';
import { drawnClauses, places } from './drawn-forms.js';
import { formGroups } from './forms/form.js';
import { packetsFor } from './packets.js';
import { randomProgram } from './ruleset.js';

/** The rules without their places, which differ between what was drawn and what was read. */
const bare = (ruleset: Ruleset): unknown =>
  JSON.parse(JSON.stringify(ruleset.tables, (key, value: unknown) => (key === 'source' && typeof value === 'object' && value !== null && 'line' in value ? undefined : typeof value === 'bigint' ? `${value}n` : value)));

const worlds = [{}, { nat: true }, { stateful: true, link: true, owner: true }, { frameOnly: true }, { tables: ['security'] as const }, { forms: formGroups, nat: true, changes: true, hash: true }] as const;

describe('random rule sets', () => {
  test.each(worlds)('are read as they were drawn: %j', (language) => {
    for (let seed = 1; seed <= 25; seed++) {
      const family = seed % 2 === 0 ? 4 : 6;
      const { program, text, sets } = randomProgram(seed, { ...language, family });
      const [drawn] = program.rulesets;
      const read = parse(text, { file: 'random.rules', family });
      expect(read.diagnostics.filter(({ severity }) => severity === 'error'), `seed ${seed}\n${text}`).toEqual([]);
      if (drawn !== undefined) expect(bare(read.value), `seed ${seed}`).toEqual(bare(drawn));
      expect(parseSets(sets, { file: 'random.ipset' }).value.map(({ name, elements }) => [name, elements.length])).toEqual(program.sets.map(({ name, elements }) => [name, elements.length]));
    }
  });

  test.each(worlds)('are written as they are printed: %j', (language) => {
    for (let seed = 1; seed <= 25; seed++) {
      const { program, text } = randomProgram(seed, { ...language, family: seed % 2 === 0 ? 4 : 6 });
      const [ruleset] = program.rulesets;
      const rules = (lines: string): readonly string[] => lines.split('\n').filter((line) => line.startsWith('-A')).sort();
      if (ruleset !== undefined) expect(rules(print(ruleset, { counters: false }).value), `seed ${seed}`).toEqual(rules(text));
    }
  });

  test.each([4, 6] as const)('every form stands somewhere: IPv%i', (family) => {
    expect(drawnClauses(family).filter((clause) => places(clause, family).length === 0)).toEqual([]);
  });

  test('are the same for the same seed', () => {
    expect(randomProgram(5).text).toBe(randomProgram(5).text);
    expect(randomProgram(5).text).not.toBe(randomProgram(6).text);
  });
});

test('packets: as many as asked for, of the kinds asked for, the same for the same seed', () => {
  const { program } = randomProgram(3);
  const packets = packetsFor(program, 9, 300, { local: false, link: false });
  expect(packets).toHaveLength(300);
  expect(packets.every(({ origin, ethernet }) => origin === 'wire' && ethernet === undefined)).toBe(true);
  expect(packetsFor(program, 9, 300, { local: false, link: false })).toEqual(packets);
});
