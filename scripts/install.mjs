// Node packages for a fresh checkout. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Runs a program with its output shown, and ends this one when it fails. */
export function must(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

export function installPackages() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`ferrule needs Node 20.19 or newer; this is ${process.versions.node}`);
    process.exit(1);
  }
  if (existsSync('node_modules/.package-lock.json')) return;
  console.error('installing packages (npm ci)');
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
