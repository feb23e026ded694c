import { describe, expect, test } from 'vitest';
import { parse, print } from '../../grammar/index.js';
import type { Family } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { bytesOf, syn, udp, wire, world } from './world.js';

const names = ['http', 'a b', 'reject', 'x".y'];
const written = (name: string): string => `"${name.replaceAll('"', '\\"')}"`;

/** Each object counts what comes to its rule; all of the rules match. */
const rules = `*filter\n${names.map((name, index) => `-A FORWARD ${index === 0 ? '-p tcp ' : ''}-m nfacct --nfacct-name ${written(name)} ${index === 3 ? '-j DROP' : index === 0 ? '-m tcp --dport 80 -j ACCEPT' : ''}\n`).join('')}COMMIT\n`;

describe.skipIf(!available().ok)('accounting objects', () => {
  test.each([4, 6] as const)('IPv%i: matched always, saved as printed, counted by nft', async (family: Family) => {
    const { value } = parse(rules, { file: 'rules', family });
    const { text = '', assumptions } = translate({ rulesets: [value], sets: [] }, { to: 'nft', strict: false, assume: [] });
    expect(assumptions).toContain('accounts-without-quota');
    const packets = [wire(bytesOf(syn, { family }), { id: 'syn' }), wire(bytesOf(udp, { family }), { id: 'udp' }), wire(bytesOf({ kind: 'udp', sourcePort: 1, destinationPort: 2, data: new Uint8Array() }, { family }), { id: 'short' })];
    await withHost(world, async (host) => {
      await host.addAccounts(names);
      await host.loadLegacy(family, rules);
      const appended = (save: string): readonly string[] => save.split('\n').filter((line) => line.startsWith('-A'));
      expect(appended(print(value, { counters: false }).value)).toEqual(appended(await host.saveLegacy(family)));
      const legacy = (await host.judge(packets)).map(comparable);
      expect(legacy.map((line) => line.split('\n')[0])).toEqual(['forward', 'drop FORWARD', 'drop FORWARD']);
      await host.loadLegacy(family, '*filter\nCOMMIT\n');
      await host.loadNft(text);
      expect((await host.judge(packets)).map(comparable)).toEqual(legacy);
      const { stdout } = await host.run(['nft', 'list', 'counters', 'table', family === 4 ? 'ip' : 'ip6', 'filter']);
      expect([...stdout.matchAll(/counter (\S+) \{\s*packets (\d+)/g)].map(([, name, count]) => `${name} ${count}`).sort()).toEqual(['_/a/20b 2', '_/reject 2', '_/x/22.y 2', 'http 1']);
    });
  });
});
