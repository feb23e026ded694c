import { describe, expect, test } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import { type CoreProgram, decodeBytes } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { nftables, nftJson } from '../../targets/nftables/index.js';
import type { TargetOptions } from '../../targets/target.js';
import { acceptedCorpus, corpusAvailable, type CorpusFile } from '../corpus.js';
import { available } from './available.js';
import { wantsQueue, withNft, type Nft } from './nft.js';
import { optIn } from './side-by-side.js';

const ready = available().ok && corpusAvailable();

const core = (file: CorpusFile): CoreProgram => {
  const { value } = parse(decodeBytes(file.bytes), { file: file.name, family: file.family });
  const sets = file.sets === undefined ? [] : parseSets(file.sets, { file: 'sets' }).value;
  return lower({ rulesets: [value], sets }).value;
};

/** Whoever can want an approximation accepts it. */
const options: TargetOptions = { strict: false, assume: optIn };

async function loadTwice(nft: Nft, text: string): Promise<string> {
  await nft.load(text);
  const once = await nft.list();
  await nft.load(text);
  expect(await nft.list()).toBe(once);
  return once;
}

describe.skipIf(!ready)('real dumps become scripts that the kernel loads', () => {
  const files = ready ? acceptedCorpus() : [];
  const compiled = files.map((file) => ({ file, ...nftables.compile(core(file), options) }));

  test('most of the corpus is carried', () => {
    expect(compiled.filter(({ text }) => text !== undefined).length).toBeGreaterThanOrEqual(Math.floor(files.length * 0.85));
  });

  test('what is carried loads, twice as once, and its JSON is the same', async () => {
    await withNft(async (nft) => {
      for (const { file, text } of compiled) {
        if (text === undefined || wantsQueue(text)) continue;
        await nft.flush();
        const listed = await loadTwice(nft, text);
        const json = nftJson.compile(core(file), options);
        await nft.flush();
        await nft.loadJson(json.text ?? '');
        expect(await nft.list(), file.name).toBe(listed);
      }
    });
  }, 300_000);

  test('every other file is refused with a line and a reason', () => {
    for (const { file, text, diagnostics } of compiled) {
      if (text !== undefined) continue;
      expect(diagnostics.some(({ severity }) => severity === 'error'), file.name).toBe(true);
      for (const { line, rule, severity, message } of diagnostics) {
        if (severity !== 'error') continue;
        expect(line, `${file.name}: ${message}`).toBeGreaterThan(0);
        expect(rule, `${file.name}: ${message}`).toBeGreaterThan(0);
      }
    }
  });
});
