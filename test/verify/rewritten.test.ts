import { describe, expect, it } from 'vitest';
import { parse, parseSets, print } from '../../grammar/index.js';
import { decodeBytes } from '../../src/ir/index.js';
import { createRandom } from '../../src/probe/random.js';
import { readIptables } from '../../src/verify/read.js';
import { verify } from '../../src/verify/verify.js';
import { acceptedCorpus, corpusAvailable, type CorpusFile } from '../corpus.js';

/** `FERRULE_REWRITTEN` dumps, or all with `FERRULE_REWRITTEN=all`. */
const wanted = process.env['FERRULE_REWRITTEN'] ?? '12';
const seed = Number(process.env['FERRULE_SEED'] ?? Math.floor(Math.random() * 1_000_000));
/** Larger dumps are judged only where all are. */
const smallFile = 200;

const rulesIn = (text: string): number => text.split('\n').filter((line) => line.startsWith('-A ')).length;

/** The rules of each chain in their order, but chains in another: what the text says stays the same. */
const chainsTurned = (text: string): string =>
  text.split(/(?<=^COMMIT$)/m).map((table) => {
    const lines = table.split('\n');
    const chainOf = (line: string): string => line.split(' ')[1] ?? '';
    const rules = lines.filter((line) => line.startsWith('-A '));
    const order = [...new Set(rules.map(chainOf))].reverse();
    const sorted = order.flatMap((chain) => rules.filter((line) => chainOf(line) === chain));
    const first = lines.findIndex((line) => line.startsWith('-A '));
    const before = lines.slice(0, Math.max(0, first));
    return first < 0 ? table : [...before, ...sorted, ...lines.slice(first).filter((line) => !line.startsWith('-A '))].join('\n');
  }).join('');

function verdict({ family, sets }: CorpusFile, left: string, right: string): string {
  const named = sets === undefined ? [] : parseSets(sets, { file: 'sets' }).value;
  const [one, other] = [left, right].map((text, index) => readIptables([{ text, file: index === 0 ? 'left' : 'right', family }], named).value);
  if (one === undefined || other === undefined) return 'unreadable';
  const result = verify(one, other, { cubes: 1 });
  return result.kind === 'different' ? `different at ${result.differences.map(({ hook, witness }) => `${hook}: ${witness?.words ?? 'no packet'}`).join('; ')}` : result.kind;
}

describe('a dump says the same', () => {
  const files = corpusAvailable() ? acceptedCorpus() : [];
  const random = createRandom(seed);
  const small = files.filter(({ bytes }) => rulesIn(decodeBytes(bytes)) <= smallFile);
  const sample = wanted === 'all' ? files : files.length === 0 ? [] : Array.from({ length: Number(wanted) }, () => random.pick(small));

  it.skipIf(sample.length === 0)('in its canonical form, and with its chains in another order', () => {
    let equivalent = 0;
    for (const file of sample) {
      const text = decodeBytes(file.bytes).replace(/^\[\d+:\d+\] /gm, '');
      const { value, diagnostics } = parse(text, { file: file.name, family: file.family });
      if (diagnostics.some(({ severity }) => severity === 'error')) continue;
      for (const other of [print(value, { counters: false }).value, chainsTurned(text)]) {
        const said = verdict(file, text, other);
        expect(['equivalent', 'unreadable'], `${file.name}, seed ${seed}: ${said}`).toContain(said);
        if (said === 'equivalent') equivalent += 1;
      }
    }
    expect(equivalent).toBeGreaterThan(0);
    if (wanted === 'all') console.log(`${equivalent} comparisons of ${files.length} dumps, all equivalent`);
  }, wanted === 'all' ? 3_600_000 : 60_000);
});
