import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import { isOutside } from '../../src/check/outside.js';
import { coreEngine } from '../../src/evaluate/index.js';
import { lower } from '../../src/lower/index.js';
import { createHost } from '../../src/stack/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { createModel, lowerToNft, nftables } from '../../targets/nftables/index.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readText } from '../../targets/nftables/read/text.js';
import { comparable } from '../kernel/index.js';
import { edges, groups } from '../kernel/rare-groups.js';
import { world } from '../kernel/world.js';

const seed = Number(process.env['FERRULE_SEED'] ?? 1);
const count = Number(process.env['FERRULE_PACKETS'] ?? 120);

describe('headers that few rules name: core, nft and nft read again against the interpreter', () => {
  test.each(groups.filter(({ name }) => name !== 'quota'))('$name', ({ family, packets, matches }) => {
    const all = edges(family, packets, count, seed);
    const wrong: unknown[] = [];
    for (const match of matches) {
      const text = `*filter\n-A FORWARD ${match} -j MARK --set-mark 0x7777\nCOMMIT\n`;
      const program = { rulesets: [parse(text, { file: 'rules', family }).value], sets: [] };
      const told = createInterpreter(program, { topology: world });
      const core = lower(program).value;
      const compare = (name: string, judge: (packet: (typeof all)[number]) => Parameters<typeof comparable>[0], inside: typeof all): void => {
        for (const packet of inside) {
          const [expected, seen] = [comparable(told.judge(packet)), comparable(judge(packet))];
          if (expected !== seen) wrong.push({ match, name, bytes: Buffer.from(packet.bytes).toString('hex'), expected, seen });
        }
      };
      const refused = core.rulesets.some(({ tables }) => tables.some(({ chains }) => chains.some(({ rules }) => rules.some(({ steps }) => steps.some(({ kind }) => kind === 'refuse')))));
      if (!refused) compare('core', createHost({ engines: [coreEngine(core, family)], topology: world }).judge, all);
      for (const strict of [false, true]) {
        const options = { strict, assume: strict ? [] : (['short-segment-lists'] as const) };
        const { script } = lowerToNft(core, options);
        const { text: written, assumptions } = nftables.compile(core, options);
        if (script === undefined || written === undefined) continue;
        const inside = all.filter((packet) => !isOutside(assumptions, packet));
        compare(`model${strict ? ', strict' : ''}`, createHost({ engines: [createModel(script, family)], topology: world }).judge, inside);
        const read = readText(written, { file: 'output', form: 'script' }).value;
        if (read === undefined) throw new Error('unreadable');
        compare(`raised${strict ? ', strict' : ''}`, createHost({ engines: [coreEngine(raise(read, { file: 'output' }).value, family)], topology: world }).judge, inside);
      }
    }
    expect(wrong.slice(0, 3), `seed ${seed}, ${wrong.length} wrong`).toEqual([]);
  });
});
