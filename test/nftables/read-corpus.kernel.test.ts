import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import { parseSets } from '../../grammar/sets.js';
import { decodeBytes, type Program } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { deriveTopology, probe } from '../../src/probe/index.js';
import { isOutside } from '../../src/check/outside.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { nftables } from '../../targets/nftables/index.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readListing } from '../../targets/nftables/read/json.js';
import { acceptedCorpus, corpusAvailable } from '../corpus.js';
import { packetLine } from '../equivalence/shrink.js';
import { standardTopology } from '../generators/pool.js';
import { available, comparable, withHost } from '../kernel/index.js';
import { wantsQueue } from '../kernel/nft.js';
import { judgeRaised } from './raised.js';

const ready = available().ok && corpusAvailable();
const rulesAtMost = 400;
const packetsAtMost = 40;

describe.skipIf(!ready)('real dumps, carried to nft, loaded, listed and raised', () => {
  it('judge as the dumps do', { timeout: 240_000 }, async () => {
    let [listed, fallen, untold, packets] = [0, 0, 0, 0];
    await withHost(standardTopology, async (host) => {
      for (const file of acceptedCorpus()) {
        const text = decodeBytes(file.bytes);
        if (text.split('\n').length > rulesAtMost || text.includes('--mode random')) continue;
        const program: Program = {
          rulesets: [parse(text, { file: file.name, family: file.family }).value],
          sets: file.sets === undefined ? [] : parseSets(file.sets, { file: file.name }).value,
        };
        const compiled = nftables.compile(lower(program).value, { strict: false, assume: [] });
        if (compiled.text === undefined || wantsQueue(compiled.text)) continue;
        await host.flush();
        await host.loadNft(compiled.text);
        const { status, stdout } = await host.run(['nft', '-j', 'list', 'ruleset', file.family === 4 ? 'ip' : 'ip6']);
        if (status !== 0) {
          fallen += 1;
          continue;
        }
        const read = readListing(stdout, { file: file.name });
        if (read.value === undefined) throw new Error(`${file.name}: ${JSON.stringify(read.diagnostics)}`);
        const core = raise(read.value, { file: file.name });
        for (const { message } of core.diagnostics) expect(message, file.name).toContain('the listing does not tell');
        if (core.diagnostics.length > 0) {
          untold += 1;
          continue;
        }
        listed += 1;
        const topology = deriveTopology(program);
        const interpreter = createInterpreter(program, { topology });
        const judge = judgeRaised(core.value, { program, topology });
        const all = probe(program, { topology, seed: 2 });
        for (const packet of all.filter((_, index) => index % Math.ceil(all.length / packetsAtMost) === 0)) {
          const expected = interpreter.judge(packet);
          if (expected.verdict === 'unknown' || isOutside(compiled.assumptions, packet)) continue;
          packets += 1;
          expect(comparable(judge(packet)), `${file.name} ${packetLine(packet)}`).toBe(comparable(expected));
        }
      }
    });
    console.log(`${listed} dumps listed by the kernel and read, ${untold} whose listing does not tell all, ${fallen} that nft cannot list, ${packets} packets judged`);
    expect(listed).toBeGreaterThan(50);
  });
});
