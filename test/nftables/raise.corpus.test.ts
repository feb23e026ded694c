import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import { parseSets } from '../../grammar/sets.js';
import { decodeBytes, type Program } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { deriveTopology, probe } from '../../src/probe/index.js';
import { isOutside } from '../../src/check/outside.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { lowerToNft, nftables } from '../../targets/nftables/index.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readText } from '../../targets/nftables/read/text.js';
import { acceptedCorpus, corpusAvailable } from '../corpus.js';
import { packetLine } from '../equivalence/shrink.js';
import { comparable } from '../kernel/index.js';
import { judgeRaised } from './raised.js';

const ready = corpusAvailable();
/** Files beyond this are for the lanes that have more time. */
const rulesAtMost = 400;
const packetsAtMost = 120;

describe.skipIf(!ready)('real dumps, carried to nft and raised again', () => {
  let [carried, packets] = [0, 0];
  const files = ready ? acceptedCorpus().filter(({ bytes }) => decodeBytes(bytes).split('\n').length <= rulesAtMost) : [];

  it.each(files.map((file) => [file.name, file] as const))('%s', (_name, file) => {
    const ruleset = parse(decodeBytes(file.bytes), { file: file.name, family: file.family }).value;
    const program: Program = { rulesets: [ruleset], sets: file.sets === undefined ? [] : parseSets(file.sets, { file: file.name }).value };
    const options = { strict: false, assume: [] };
    const { script, assumptions } = lowerToNft(lower(program).value, options);
    if (script === undefined) return;
    carried += 1;
    const topology = deriveTopology(program);
    const read = readText(nftables.compile(lower(program).value, options).text ?? '', { file: file.name, form: 'script' });
    if (read.value === undefined) throw new Error(JSON.stringify(read.diagnostics));
    const cores = [raise(script, { file: file.name }), raise(read.value, { file: file.name })];
    for (const { diagnostics } of cores) expect(diagnostics).toEqual([]);
    const judges = cores.map(({ value }) => judgeRaised(value, { program, topology }));
    // No comparison can rest on chance.
    if (decodeBytes(file.bytes).includes('--mode random')) return;
    const interpreter = createInterpreter(program, { topology });
    const all = probe(program, { topology, seed: 1 });
    const chosen = all.filter((_, index) => index % Math.ceil(all.length / packetsAtMost) === 0);
    for (const packet of chosen) {
      if (isOutside(assumptions, packet)) continue;
      const expected = interpreter.judge(packet);
      if (expected.verdict === 'unknown') continue;
      packets += 1;
      for (const judge of judges) {
        const given = judge(packet);
        if (comparable(given) !== comparable(expected)) expect.fail(`${packetLine(packet)}\ninterpreter ${comparable(expected)}\n${JSON.stringify(expected.path)}\nraised ${comparable(given)}\n${JSON.stringify(given.path)}`);
      }
    }
  });

  it('were some, with packets to look at', () => {
    console.log(`${carried} of ${files.length} dumps carried, ${packets} packets judged`);
    expect(carried).toBeGreaterThan(50);
    expect(packets).toBeGreaterThan(1000);
  });
});
