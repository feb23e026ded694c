// npm run bench:z3: a question of 1,000 rules a side, answered by our own diagrams and by Debian's z3 on the SMT-LIB text.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { parse } from '../grammar/index.js';
import type { CoreRuleset } from '../src/ir/index.js';
import { lower } from '../src/lower/index.js';
import { compare as compareRulesets } from '../src/symbolic/compare.js';
import { emitSmt } from '../src/symbolic/smt.js';
import { median } from './measure.js';
import { fiveTuples, type Pair } from './ruleset-pairs.js';

const options = { assume: [] } as const;
const rounds = Number(process.env['ROUNDS'] ?? 3);

function core(text: string, family: 4 | 6): CoreRuleset {
  const [ruleset] = lower({ rulesets: [parse(text, { file: 'rules', family }).value], sets: [] }).value.rulesets;
  if (ruleset === undefined) throw new Error('no rule set');
  return ruleset;
}

function measure(name: string, pair: Pair, family: 4 | 6): void {
  const read: number[] = [];
  const ours: number[] = [];
  const theirs: number[] = [];
  let answers = '';
  for (let round = 0; round < rounds; round++) {
    const opened = performance.now();
    const [left, right] = [core(pair.left, family), core(pair.right, family)];
    const start = performance.now();
    read.push(start - opened);
    const result = compareRulesets(left, right, { ...options, only: ['FORWARD'], budget: 20_000_000 });
    ours.push(performance.now() - start);
    const text = emitSmt(left, right, 'FORWARD', options);
    const begun = performance.now();
    const { stdout } = spawnSync('z3', ['-in'], { input: text, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 600_000 });
    theirs.push(performance.now() - begun);
    const differs = result.kind === 'compared' && result.differences.length + result.unreachable.length > 0;
    answers = `ferrule ${differs ? 'different' : 'equal'}, z3 ${stdout.split('\n')[0] === 'sat' ? 'different' : stdout.split('\n')[0] === 'unsat' ? 'equal' : 'no answer'}`;
  }
  console.log(`${name.padEnd(34)} ferrule ${median(ours).toFixed(0).padStart(6)} ms   z3 ${median(theirs).toFixed(0).padStart(7)} ms   ${(median(theirs) / median(ours)).toFixed(1)} x (at least 5; ${(median(theirs) / (median(ours) + median(read))).toFixed(1)} x with reading the rules)   ${answers}`);
}

console.log(`medians of ${rounds} interleaved runs; both start from what was read: ferrule from the core, z3 from the text made of it`);
for (const family of [4, 6] as const) {
  const pair = fiveTuples(1000, family, 3);
  measure(`1,000 five-tuples, IPv${family}, changed`, pair, family);
  measure(`1,000 five-tuples, IPv${family}, equal`, { left: pair.left, right: pair.left }, family);
}
