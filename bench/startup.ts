// npm run bench:startup: how long the command takes to say its version and to format 20 lines, against bare node.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateRules } from './generate.js';
import { compare, once } from './measure.js';

const folder = mkdtempSync(join(tmpdir(), 'ferrule-bench-'));
try {
  const file = join(folder, 'twenty.rules');
  writeFileSync(file, generateRules(15));
  const rounds = Number(process.env['ROUNDS'] ?? 30);
  const result = compare(rounds, {
    node: () => once(process.execPath, ['-e', '0']),
    version: () => once(process.execPath, ['dist/ferrule.js', '--version']),
    fmt: () => once(process.execPath, ['dist/ferrule.js', 'fmt', file]),
  });
  console.log(`medians of ${rounds} interleaved runs`);
  console.log(`node -e 0            ${result.node.toFixed(1)} ms`);
  console.log(`ferrule --version    ${result.version.toFixed(1)} ms   ${(result.version / result.node).toFixed(2)} x node (at most 1.5)`);
  console.log(`ferrule fmt, 20 lines ${result.fmt.toFixed(1)} ms  ${(result.fmt / result.node).toFixed(2)} x node (at most 3)`);
} finally {
  rmSync(folder, { recursive: true });
}
