import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import { decodeBytes } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { nftables, nftJson } from '../../targets/nftables/index.js';
import { acceptedCorpus } from '../corpus.js';
import { startJudge } from './judge.js';
test('x', async () => {
  const judge = await startJudge();
  let carried = 0; const why = new Map<string, Set<string>>();
  for (const file of acceptedCorpus()) {
    const { value } = parse(decodeBytes(file.bytes), { file: file.name, family: file.family });
    const sets = file.sets === undefined ? [] : parseSets(file.sets, { file: 'sets' }).value;
    const core = lower({ rulesets: [value], sets }).value;
    const compiled = nftables.compile(core, { strict: false, assume: [] });
    const json = nftJson.compile(core, { strict: false, assume: [] });
    if (compiled.text === undefined) {
      for (const d of compiled.diagnostics) if (d.severity === 'error') (why.get(d.message) ?? why.set(d.message, new Set()).get(d.message)!).add(file.name);
      continue;
    }
    carried++;
    await judge.run(['nft', 'flush', 'ruleset']);
    let r = await judge.run(['nft', '-f', '-'], compiled.text);
    if (r.status !== 0) { console.log(file.name, r.stderr.slice(0, 600)); continue; }
    const one = (await judge.run(['nft', 'list', 'ruleset'])).stdout;
    r = await judge.run(['nft', '-f', '-'], compiled.text);
    const two = (await judge.run(['nft', 'list', 'ruleset'])).stdout;
    if (r.status !== 0 || one !== two) console.log(file.name, 'TWICE', r.stderr.slice(0, 300));
    await judge.run(['nft', 'flush', 'ruleset']);
    writeFileSync('/tmp/F/c.json', json.text ?? '');
    r = await judge.run(['nft', '-j', '-f', '/tmp/F/c.json']);
    if (r.status !== 0) { console.log('JSON', file.name, r.stderr.slice(0, 600)); continue; }
    const three = (await judge.run(['nft', 'list', 'ruleset'])).stdout;
    if (three !== one) { console.log('JSON differs', file.name); writeFileSync('/tmp/F/one', one); writeFileSync('/tmp/F/three', three); }
  }
  console.log(carried, [...why].map(([m, s]) => `${s.size} ${m} ${[...s].slice(0, 2)}`).sort().join('\n'));
  await judge.close();
}, 600000);
