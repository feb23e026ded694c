// npm run bench:verify: ferrule verify against the time that iptables-nft-restore takes to load the two files, in one run. Needs root or user namespaces.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, once, peak } from './measure.js';
import { blocklist, fiveTuples, type Pair } from './ruleset-pairs.js';

const folder = mkdtempSync(join(tmpdir(), 'ferrule-bench-'));
const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
const rounds = Number(process.env['ROUNDS'] ?? 3);
const only = process.argv.slice(2);

function measure(name: string, left: string, right: string, family: 4 | 6, atMost: number): void {
  if (only.length > 0 && !only.some((word) => name.includes(word))) return;
  const restore = family === 4 ? 'iptables-nft-restore' : 'ip6tables-nft-restore';
  const verify = ['dist/ferrule.js', 'verify', left, right, '--family', String(family)];
  // `verify` ends with 1 where it finds what was changed.
  const either = ['-c', '"$@"; test $? -le 1', 'sh', process.execPath, ...verify];
  const times = compare(rounds, {
    load: () => once('unshare', [...user, '--net', 'sh', '-c', `${restore} < "$1" && ${restore} < "$2"`, 'sh', left, right]),
    verify: () => once('sh', either),
  });
  const memory = peak('sh', either);
  console.log(`${name.padEnd(34)} load ${times.load.toFixed(0).padStart(6)} ms   verify ${times.verify.toFixed(0).padStart(6)} ms   ${(times.verify / times.load).toFixed(1).padStart(5)} x (at most ${atMost})   ${memory.toFixed(0)} MB (at most 500)`);
}

function generated(name: string, pair: Pair, family: 4 | 6): void {
  const [left, right] = [join(folder, `${name.replace(/\W+/g, '-')}.a.v${family}.rules`), join(folder, `${name.replace(/\W+/g, '-')}.b.v${family}.rules`)];
  writeFileSync(left, pair.left);
  writeFileSync(right, pair.right);
  measure(name, left, right, family, 6);
}

try {
  console.log(`medians of ${rounds} interleaved runs; load is both files, one after the other, into an empty namespace`);
  const corpus = join(process.env['FERRULE_SHARED'] ?? '../shared', 'corpus/prepared/net-network');
  const [older, newer] = [join(corpus, 'tum-chair-2013-10-20.rules'), join(corpus, 'tum-chair-2016-06-27.rules')];
  if (existsSync(older)) measure('tum-chair 2013 against 2016', older, newer, 4, 10);
  else console.log(`${older} is not there: the corpus pair is not measured`);
  for (const family of [4, 6] as const) {
    generated(`10,000 five-tuples, IPv${family}`, fiveTuples(10_000, family, 1), family);
    generated(`blocklist of 50,000, IPv${family}`, blocklist(50_000, family, 2), family);
  }
} finally {
  rmSync(folder, { recursive: true });
}
