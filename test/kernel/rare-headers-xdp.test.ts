import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import { isOutside } from '../../src/check/outside.js';
import { lower } from '../../src/lower/index.js';
import { createRandom } from '../../src/probe/random.js';
import { xdp } from '../../targets/xdp/index.js';
import { available, compileXdp, frameOf, runXdp, withHost } from './index.js';
import { edges, groups } from './rare-groups.js';
import { world } from './world.js';

const seed = Number(process.env['FERRULE_SEED'] ?? 1);
const count = Number(process.env['FERRULE_PACKETS'] ?? 80);
/** Programs of all rules of a group, in another order each; 0 takes each rule by itself. */
const orders = Number(process.env['FERRULE_ORDERS'] ?? 1);
const only = process.env['FERRULE_GROUP'];

describe.skipIf(!available().ok || !available('xdp').ok)('headers that few rules name, XDP in the kernel against legacy', () => {
  test.each(groups.filter(({ name }) => name !== 'quota' && (only === undefined || name.startsWith(only))))('$name', async ({ family, packets, matches }) => {
    const random = createRandom(seed);
    const texts = orders === 0
      ? matches.map((match) => [`-A FORWARD ${match} -j DROP`])
      : Array.from({ length: orders }, () => random.shuffled(matches).map((match, index) => `-A FORWARD ${match} -j ${index % 2 === 0 ? 'ACCEPT' : 'DROP'}`));
    const inside = edges(family, packets, count, seed).filter((packet) => !isOutside(['unfragmented-packets'], packet));
    const wrong: unknown[] = [];
    let [judged, dropped] = [0, 0];
    await withHost(world, async (host) => {
      for (const rules of texts) {
        const text = `*filter\n${rules.join('\n')}\nCOMMIT\n`;
        const program = { rulesets: [parse(text, { file: 'rules', family }).value], sets: [] };
        const { text: source, diagnostics } = xdp.compile(lower(program).value, { mode: 'exact', strict: false, assume: [], chain: 'FORWARD', interface: 'eth0' });
        if (source === undefined) throw new Error(`${text}${diagnostics.map(({ message }) => message).join('; ')}`);
        const actions = await runXdp(host, await compileXdp(source), inside.map((packet) => ({ bytes: frameOf(packet), inInterface: 'eth0' })));
        await host.flush();
        await host.loadLegacy(family, text);
        (await host.judge(inside)).forEach((outcome, at) => {
          if (outcome.verdict !== 'drop' && outcome.verdict !== 'forward') return;
          judged += 1;
          if (outcome.verdict === 'drop') dropped += 1;
          if ((outcome.verdict === 'drop') !== (actions[at] === 'drop')) wrong.push({ text, bytes: Buffer.from(inside[at]?.bytes ?? []).toString('hex'), xdp: actions[at], legacy: outcome.verdict });
        });
      }
    });
    console.log(`${judged} packets judged by both, ${dropped} dropped`);
    expect(wrong.slice(0, 2), `seed ${seed}, ${wrong.length} wrong`).toEqual([]);
  }, 300_000);
});
