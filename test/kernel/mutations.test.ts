import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { Diagnostic } from '../../src/diagnostics/index.js';
import { decodeBytes } from '../../src/ir/index.js';
import { acceptedCorpus, corpusAvailable, type CorpusFile } from '../corpus.js';
import { available } from './available.js';
import { mutate, randomFrom } from './mutate.js';
import { openRestoreBench, type RestoreAnswer, type RestoreBench } from './restore.js';

const ready = available().ok && corpusAvailable();
const count = Number(process.env['FERRULE_MUTATIONS'] ?? 300);
const firstSeed = Number(process.env['FERRULE_SEED'] ?? 1);

/** Readings that the contract forgives under a warning. */
const lenient = new Set(['no-final-newline', 'carriage-returns', 'commit-blanks', 'old-negation']);

/** Refused here by decision, whatever the kernel's tools do: extensions not understood yet, commands that only list. */
const decided = new Set(['unsupported-match', 'unsupported-jump', 'unusable-command']);

/** Why the two disagree on a file, or undefined. */
function disagreement(diagnostics: readonly Diagnostic[], answer: RestoreAnswer): string | undefined {
  const errors = diagnostics.filter((one) => one.severity === 'error');
  const firstError = Math.min(...errors.map((one) => one.line));
  if (answer.status === 0) {
    const [error] = errors.filter((one) => !decided.has(one.code));
    return error === undefined || errors.some((one) => decided.has(one.code)) ? undefined : `refused here alone: line ${error.line}: ${error.message}`;
  }
  if (errors.length === 0) {
    return diagnostics.some((one) => lenient.has(one.code)) ? undefined : `accepted here alone: ${answer.error.trim()}`;
  }
  if (answer.line !== undefined && firstError > answer.line) {
    return diagnostics.some((one) => lenient.has(one.code)) ? undefined : `kernel stops at line ${answer.line} (${answer.error.trim()}), here line ${firstError}`;
  }
  return undefined;
}

describe.skipIf(!ready)('mutated dumps are refused exactly when the kernel refuses them', () => {
  let bench: RestoreBench;
  const files: CorpusFile[] = ready ? acceptedCorpus().filter((file) => file.bytes.length < 12_000 && file.sets === undefined) : [];

  beforeAll(async () => {
    bench = await openRestoreBench();
  });
  afterAll(() => bench.close());

  test(`${count} files from seed ${firstSeed}`, { timeout: 3_600_000 }, async () => {
    const disagreements: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      const random = randomFrom(seed);
      const file = files[random(files.length)];
      if (file === undefined) throw new Error('the corpus is empty');
      const bytes = Buffer.from(mutate(Buffer.from(file.bytes).toString('latin1'), random), 'latin1');
      const { diagnostics } = parse(decodeBytes(bytes), { file: file.name, family: file.family });
      const answer = await bench.restore(file.family, bytes);
      const why = disagreement(diagnostics, answer);
      if (why !== undefined) disagreements.push(`seed ${seed} (${file.name}): ${why}`);
    }
    expect(disagreements).toEqual([]);
  });
});
