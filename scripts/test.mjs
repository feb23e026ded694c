// npm test: installs what is missing, then types, the build, and every test. Further words go to vitest.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { installPackages, must } from './install.mjs';
import { installTools } from './system-tools.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
installPackages();
installTools();
must('node_modules/.bin/tsc', ['--noEmit']);
must('node', ['scripts/build.mjs']);

const report = '.cache/tests.json';
mkdirSync('.cache', { recursive: true });
rmSync(report, { force: true });
const { status } = spawnSync('node_modules/.bin/vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)], { stdio: ['ignore', 'inherit', 'inherit'] });
try {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
} catch {
  console.log('0 passed, 1 failed');
}
process.exit(status ?? 1);
