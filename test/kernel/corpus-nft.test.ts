import { describe, expect, test } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import { decodeBytes, type CoreProgram } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { nftables, nftJson } from '../../targets/nftables/index.js';
import { acceptedCorpus, corpusAvailable, type CorpusFile } from '../corpus.js';
import { available } from './available.js';
import { withNft, type Nft } from './nft.js';

const ready = available().ok && corpusAvailable();

const core = (file: CorpusFile): CoreProgram => {
  const { value } = parse(decodeBytes(file.bytes), { file: file.name, family: file.family });
  const sets = file.sets === undefined ? [] : parseSets(file.sets, { file: 'sets' }).value;
  return lower({ rulesets: [value], sets }).value;
};

/** Extensions that are parsed and reprinted, their meaning to come later: files with one are refused, all others carried. */
const later = ['helper', 'policy', 'rpfilter', 'physdev', 'string', 'time', 'rt', 'CHECKSUM', 'TPROXY', 'SYNPROXY', 'NFQUEUE', 'QUEUE'];
const mentions = (text: string): boolean => later.some((name) => new RegExp(`^(\\[\\d+:\\d+\\] )?-[AI] .*(-m|-j) ${name}( |$)`, 'm').test(text));

async function loadTwice(nft: Nft, text: string): Promise<string> {
  await nft.load(text);
  const once = await nft.list();
  await nft.load(text);
  expect(await nft.list()).toBe(once);
  return once;
}

describe.skipIf(!ready)('real dumps become scripts that the kernel loads', () => {
  const files = ready ? acceptedCorpus() : [];
  const inLanguage = files.filter((file) => !mentions(decodeBytes(file.bytes)));
  const beyond = files.filter((file) => mentions(decodeBytes(file.bytes)));

  test('most of the corpus is within the language', () => {
    expect(inLanguage.length).toBeGreaterThanOrEqual(100);
  });

  test('a file within the language is carried whole, loads twice as once, and its JSON is the same', async () => {
    await withNft(async (nft) => {
      for (const file of inLanguage) {
        const program = core(file);
        const { text, diagnostics } = nftables.compile(program, { strict: false, assume: [] });
        expect(text, `${file.name}: ${diagnostics.map(({ line, message }) => `${line}: ${message}`).join('\n')}`).toBeDefined();
        await nft.flush();
        const listed = await loadTwice(nft, text ?? '');
        const json = nftJson.compile(program, { strict: false, assume: [] });
        await nft.flush();
        await nft.loadJson(json.text ?? '');
        expect(await nft.list(), file.name).toBe(listed);
      }
    });
  }, 300_000);

  test('every other file is refused with a line and a reason', () => {
    for (const file of beyond) {
      const { text, diagnostics } = nftables.compile(core(file), { strict: false, assume: [] });
      expect(text, file.name).toBeUndefined();
      for (const { line, rule, severity, message } of diagnostics) {
        if (severity !== 'error') continue;
        expect(line, `${file.name}: ${message}`).toBeGreaterThan(0);
        expect(rule, `${file.name}: ${message}`).toBeGreaterThan(0);
      }
    }
  });
});
