import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import { lower } from '../../src/lower/index.js';
import { keywords } from '../../targets/nftables/keywords.js';
import { decodeName, encodeName } from '../../targets/nftables/names.js';
import { nftables, nftJson } from '../../targets/nftables/index.js';
import { cases, translated } from '../nftables/cases.js';
import { available } from './available.js';
import { withNft } from './nft.js';

const ready = available().ok;

describe.skipIf(!ready)('scripts as nft 1.0.6 takes them', () => {
  test('each rule of the cases loads, and loading twice is loading once', async () => {
    await withNft(async (nft) => {
      for (const { rule, nft: _, strict, ...where } of cases) {
        const { text } = translated([rule], { strict: strict === true, ...where });
        await nft.flush();
        await nft.load(text ?? '');
        const once = await nft.list();
        await nft.load(text ?? '');
        expect(await nft.list(), rule).toBe(once);
      }
    });
  });

  test('no other table is touched, and a prefix keeps the plain names free', async () => {
    await withNft(async (nft) => {
      const other = 'table ip other {\n\tchain x {\n\t\tcounter packets 1 bytes 2 accept\n\t}\n}\ntable ip filter {\n\tchain mine {\n\t\taccept\n\t}\n}\n';
      await nft.load(other);
      await nft.load(translated(['INPUT -j ACCEPT'], { tablePrefix: 'my_' }).text ?? '');
      const listed = await nft.list();
      expect(listed.startsWith(other)).toBe(true);
      expect(listed).toContain('table ip my_filter {');
    });
  });

  test('what was in a table before is gone', async () => {
    await withNft(async (nft) => {
      await nft.load('table ip filter {\n\tset s { type ipv4_addr; }\n\tchain old { accept; }\n}\n');
      await nft.load(translated(['INPUT -j ACCEPT']).text ?? '');
      expect(await nft.list()).not.toContain('old');
    });
  });

  test('nothing of the input leaves its place', async () => {
    const nasty = ['x"; add table ip pwned; #', 'a\\', '\\"', '$x', '${x}', "'", '`id`', '; flush ruleset', '# c', '*', 'ä€😀', 'a\tb', '%', '\u0001'];
    await withNft(async (nft) => {
      for (const word of nasty) {
        const quoted = `"${word.replace(/["\\']/g, '\\$&')}"`;
        const rules = [`INPUT -m comment --comment ${quoted} -j LOG --log-prefix ${quoted}`, ...(word.includes('\u0001') ? [] : [`INPUT -i ${quoted.length < 17 ? quoted : '"e\\"0"'} -j ACCEPT`])];
        const chain = /^[-!]/.test(word) ? 'c' : word.slice(0, 20);
        const chainWord = `"${chain.replace(/["\\']/g, '\\$&')}"`;
        const text = `*filter\n${/[\s"\\]/.test(chain) ? '' : `:${chain} -\n`}${rules.map((rule) => `-A ${rule}\n`).join('')}${/[\s"\\]/.test(chain) ? '' : `-A INPUT -j ${chainWord}\n`}COMMIT\n`;
        const parsed = parse(text, { file: 'nasty "\n file', family: 4 });
        const core = lower({ rulesets: [parsed.value], sets: [] }).value;
        for (const target of [nftables, nftJson]) {
          await nft.flush();
          const { text: script, diagnostics } = target.compile(core, { strict: false, assume: [] });
          if (script === undefined) {
            // Refused, with a hint; nothing came out.
            expect(diagnostics.some(({ code }) => code === 'nft-cannot-say'), word).toBe(true);
            continue;
          }
          await (target === nftables ? nft.load(script) : nft.loadJson(script));
          const listed = await nft.list();
          expect(listed.match(/^table /gm), `${target.name} ${word}\n${listed}`).toHaveLength(1);
          expect(listed.match(/^\tchain /gm)).toHaveLength(/[\s"\\]/.test(chain) ? 3 : 4);
        }
      }
    });
  });
});

describe.skipIf(!ready)('names as nft 1.0.6 takes them', () => {
  const use = (name: string): string => `table ip t {\n\tset ${name} { type ipv4_addr; }\n\tchain ${name} { ip saddr @${name} accept; }\n\tchain from { jump ${name}; ip saddr 1.2.3.4 counter goto ${name}; }\n}\n`;

  test('every keyword of the list is refused, and its neighbours are taken', async () => {
    await withNft(async (nft) => {
      const [accepted, refused]: [string[], string[]] = [[], []];
      for (const keyword of keywords) {
        if ((await nft.refusal(use(keyword))) === '') accepted.push(keyword);
        if ((await nft.refusal(use(`${keyword}-x`))) !== '') refused.push(`${keyword}-x`);
        if ((await nft.refusal(use(keyword.toUpperCase()))) !== '') refused.push(keyword.toUpperCase());
      }
      expect({ accepted, refused }).toEqual({ accepted: [], refused: [] });
    });
  });

  test('a renamed chain is taken, and listed under the name that comes back', async () => {
    const names = ['reject', 'tcp', 'log', '1.2.3.4-in', '~comb0', '%x', '+x', 'a@b', 'x,y', 'ü', '_.x', '_/x', '-', '/', '\udcff', 'x'.repeat(28), 'ÿ'.repeat(14)];
    await withNft(async (nft) => {
      for (const name of names) {
        await nft.flush();
        await nft.load(use(encodeName(name)));
        const listed = /^\tchain (\S+) \{\n\t\tip saddr/m.exec(await nft.list())?.[1] ?? '';
        expect(decodeName(listed)).toBe(name);
      }
    });
  });
});
