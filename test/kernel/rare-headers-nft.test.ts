import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import { isOutside } from '../../src/check/outside.js';
import type { AssumptionId, Family } from '../../src/ir/index.js';
import { createRandom } from '../../src/probe/random.js';
import { translate } from '../../src/translate.js';
import { validateNft } from '../../src/validate/index.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { edges, groups } from './rare-groups.js';
import { world } from './world.js';

const seed = Number(process.env['FERRULE_SEED'] ?? 1);
/** Packets a rule; 300 and more are what a rule was once judged by. */
const count = Number(process.env['FERRULE_PACKETS'] ?? 80);
/** Matches of each group; a documented run takes all of them. */
const most = Number(process.env['FERRULE_MATCHES'] ?? 5);
const only = process.env['FERRULE_GROUP'];

/** Matches that nft cannot say, whatever their options. */
const never: readonly string[] = ['string', 'eui64', 'quota'];
const carried = groups.filter(({ name }) => !never.includes(name) && (only === undefined || name.startsWith(only)));

interface Carried {
  readonly match: string;
  readonly rules: string;
  readonly script: string;
  readonly assumptions: readonly AssumptionId[];
}

const input = (rules: string): string => `*filter\n${rules}\nCOMMIT\n`;

function carry(family: Family, match: string, strict: boolean): Carried | string {
  const rules = `-A FORWARD ${match} -j MARK --set-mark 0x7777`;
  const program = { rulesets: [parse(input(rules), { file: 'rules', family }).value], sets: [] };
  const { text, assumptions, diagnostics } = translate(program, { to: 'nft', strict, assume: strict ? [] : ['short-segment-lists'] });
  if (text === undefined) return diagnostics.map(({ message }) => message).join('; ');
  const { verification } = validateNft(program, { text, notation: 'nft', assumptions });
  if (verification.kind !== 'equivalent') throw new Error(`${match} is not proved: ${verification.kind}\n${text}`);
  return { match, rules, script: text, assumptions };
}

describe.skipIf(!available().ok)('headers that few rules name, nft against legacy', () => {
  test.each(carried)('$name', async ({ family, packets, matches }) => {
    const all = edges(family, packets, count, seed);
    const wrong: unknown[] = [];
    const marks = new Set<number | undefined>();
    let judged = 0;
    const lost: string[] = [];
    await withHost(world, async (host) => {
      for (const match of createRandom(seed).shuffled(matches).slice(0, most)) {
        for (const strict of [false, true]) {
          const found = carry(family, match, strict);
          if (typeof found === 'string') {
            if (!strict) lost.push(`${match}: ${found}`);
            continue;
          }
          const mine = all.filter((packet) => !isOutside(found.assumptions, packet));
          await host.flush();
          await host.loadLegacy(family, input(found.rules));
          const expected = (await host.judge(mine)).map(comparable);
          await host.flush();
          await host.loadNft(found.script);
          const outcomes = await host.judge(mine);
          for (const { mark } of outcomes) marks.add(mark);
          judged += mine.length;
          outcomes.map(comparable).forEach((one, at) => {
            if (one !== expected[at]) wrong.push({ match, strict, bytes: Buffer.from(mine[at]?.bytes ?? []).toString('hex'), nft: one, legacy: expected[at], script: found.script.split('\n').slice(-8).join('\n') });
          });
        }
      }
    });
    if (lost.length > 0) console.log(`refused:\n  ${lost.join('\n  ')}`);
    console.log(`${judged} packets judged by both`);
    expect(wrong, `seed ${seed}`).toEqual([]);
    expect([...marks].sort(), 'some match and some do not').toEqual(expect.arrayContaining([0, 0x7777]));
  });
});
