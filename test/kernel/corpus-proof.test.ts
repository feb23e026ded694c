import { describe, expect, test } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import { loadInSandbox } from '../../src/cli/sandbox.js';
import { decodeBytes, type Program } from '../../src/ir/index.js';
import { translate } from '../../src/translate.js';
import { validateNft } from '../../src/validate/index.js';
import { acceptedCorpus, corpusAvailable, type CorpusFile } from '../corpus.js';
import { available } from './available.js';
import { wantsQueue } from './nft.js';

const ready = available().ok && corpusAvailable();

/** Lines of the longest dump that is proved; `FERRULE_CORPUS=all` proves every one. */
const linesAtMost = process.env['FERRULE_CORPUS'] === 'all' ? Infinity : 45;

const linesOf = ({ bytes }: CorpusFile): number => decodeBytes(bytes).split('\n').length;

function programOf(file: CorpusFile): Program {
  const sets = file.sets === undefined ? [] : parseSets(file.sets, { file: file.name }).value;
  return { rulesets: [parse(decodeBytes(file.bytes), { file: file.name, family: file.family }).value], sets };
}

describe.skipIf(!ready)('real dumps against their own translation, as the kernel lists it', () => {
  const files = ready ? acceptedCorpus().filter((file) => linesOf(file) <= linesAtMost) : [];

  test('every one that is carried is proved equal', { timeout: 900_000 }, async () => {
    const counts = { proved: 0, modulo: 0, assuming: 0, taken: 0, refused: 0 };
    for (const file of files) {
      const program = programOf(file);
      const { text, assumptions } = translate(program, { to: 'nft', strict: false, assume: [] });
      if (text === undefined || wantsQueue(text)) {
        counts.refused += 1;
        continue;
      }
      const loaded = await loadInSandbox(text, file.name);
      if (loaded.kind !== 'listed') throw new Error(`${file.name}: ${JSON.stringify(loaded)}`);
      const { verification, taken } = validateNft(program, { text, notation: 'nft', assumptions }, { listing: loaded.json });
      if (verification.kind !== 'equivalent') expect.fail(`${file.name}: ${verification.kind} ${verification.kind === 'different' ? verification.differences.map(({ hook, witness }) => `${hook}: ${witness?.words ?? ''}`).join('\n') : ''}`);
      counts.proved += 1;
      if (verification.modulo.some(({ kind }) => kind === 'opaque')) counts.modulo += 1;
      if (assumptions.length > 0) counts.assuming += 1;
      counts.taken += taken;
    }
    console.log(`${counts.proved} dumps proved equal to their translation, ${counts.assuming} under assumptions, ${counts.modulo} modulo tests that both sides ask, ${counts.taken} rules read from the script; ${counts.refused} not carried`);
    expect(counts.proved).toBeGreaterThanOrEqual(linesAtMost === Infinity ? 100 : 40);
  });
});
