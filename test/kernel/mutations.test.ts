import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, print } from '../../grammar/index.js';
import type { Diagnostic } from '../../src/diagnostics/index.js';
import { decodeBytes } from '../../src/ir/index.js';
import { acceptedCorpus, corpusAvailable, type CorpusFile } from '../corpus.js';
import { available } from './available.js';
import { canonicalTables } from './canonical.js';
import { mutate, mutateRule, randomFrom } from './mutate.js';
import { openRestoreBench, type RestoreAnswer, type RestoreBench } from './restore.js';

const ready = available().ok && corpusAvailable();
const count = Number(process.env['FERRULE_MUTATIONS'] ?? 300);
const firstSeed = Number(process.env['FERRULE_SEED'] ?? 1);

/** Readings that the contract forgives under a warning, and extensions that this kernel lacks. */
const lenient = new Set(['no-final-newline', 'carriage-returns', 'commit-blanks', 'old-negation', 'kernel-lacks']);

/** Refused here by decision, whatever the kernel's tools do: commands that only list. */
const decided = new Set(['unusable-command']);

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

/** A table's chains and one rule of it. */
interface Sample {
  readonly file: CorpusFile;
  readonly table: string;
  readonly chains: readonly string[];
  readonly rule: string;
}

/** All distinct rules of the corpus, as latin-1 text. */
function samples(files: readonly CorpusFile[]): readonly Sample[] {
  const found = new Map<string, Sample>();
  for (const file of files) {
    let table = '';
    let chains: string[] = [];
    for (const line of Buffer.from(file.bytes).toString('latin1').split('\n')) {
      if (line.startsWith('*')) {
        table = line.slice(1).trim();
        chains = [];
      } else if (line.startsWith(':')) {
        chains.push(line);
      } else if (line.startsWith('-A ') && !line.includes('-set ') && !line.includes(' -m hashlimit')) {
        const shape = line.replace(/\d+/g, '0').replace(/^-A \S+/, '');
        if (!found.has(`${file.family}${shape}`)) found.set(`${file.family}${shape}`, { file, table, chains, rule: line });
      }
    }
  }
  return [...found.values()];
}

/** Their text is not the kernel's: faithful forms, and what the lenient readings change. */
const ownText = new Set([...lenient, 'lossy-save', 'unclosed-quote']);

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

  test(`${count} rules from seed ${firstSeed}`, { timeout: 3_600_000 }, async () => {
    const disagreements: unknown[] = [];
    const all = samples(ready ? acceptedCorpus() : []);
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      const random = randomFrom(seed ^ 0x5eed);
      const sample = all[random(all.length)];
      const donor = all[random(all.length)];
      if (sample === undefined || donor === undefined) throw new Error('the corpus is empty');
      const rule = mutateRule(sample.rule, donor.rule, random);
      const bytes = Buffer.from(`*${sample.table}\n${sample.chains.join('\n')}\n${rule}\nCOMMIT\n`, 'latin1');
      const { family } = sample.file;
      const { value, diagnostics } = parse(decodeBytes(bytes), { file: 'mutated', family });
      const answer = await bench.restore(family, bytes);
      const why = disagreement(diagnostics, answer);
      if (why !== undefined) disagreements.push({ seed, family, table: sample.table, rule, why });
      if (why !== undefined || answer.status !== 0 || diagnostics.some((one) => ownText.has(one.code) || one.severity === 'error')) continue;
      const kernel = canonicalTables(await bench.save(family)).get(sample.table)?.split('\n').filter((line) => line.startsWith('-A'));
      const ours = print(value, { counters: false }).value.split('\n').filter((line) => line.startsWith('-A'));
      if (ours.join('\n') !== kernel?.join('\n')) disagreements.push({ seed, family, rule, ours, kernel });
    }
    expect(disagreements).toEqual([]);
  });
});
