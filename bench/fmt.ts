// npm run bench:fmt: 100,000 rules through ferrule fmt against iptables-restore-translate on the same file, in one run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateRules } from './generate.js';
import { compare, once, peak } from './measure.js';

const folder = mkdtempSync(join(tmpdir(), 'ferrule-bench-'));
try {
  const file = join(folder, 'large.rules');
  const count = Number(process.env['RULES'] ?? 100_000);
  writeFileSync(file, generateRules(count));
  const rounds = Number(process.env['ROUNDS'] ?? 3);
  const result = compare(rounds, {
    translate: () => once('iptables-restore-translate', ['-f', file]),
    fmt: () => once(process.execPath, ['dist/ferrule.js', 'fmt', file]),
  });
  console.log(`${count} rules, medians of ${rounds} interleaved runs`);
  console.log(`iptables-restore-translate ${result.translate.toFixed(0)} ms`);
  console.log(`ferrule fmt                ${result.fmt.toFixed(0)} ms   ${(result.fmt / result.translate).toFixed(2)} x (at most 2)`);
  console.log(`ferrule fmt peak memory    ${peak(process.execPath, ['dist/ferrule.js', 'fmt', file]).toFixed(0)} MB (at most 500)`);
} finally {
  rmSync(folder, { recursive: true });
}
