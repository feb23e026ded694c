#!/usr/bin/env node
import { version } from '../version.js';
import { exitStatus } from './status.js';

/** `--version` answers before anything else is loaded: scripts ask for it often. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`ferrule ${version}\n`);
    return exitStatus.fine;
  }
  const { run } = await import('./run.js');
  return await run(argv);
}

for (const stream of [process.stdout, process.stderr]) {
  // A reader that has seen enough (`| head`) is no error.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitStatus.fine);
    if (stream === process.stdout) process.stderr.write(`ferrule: cannot write to standard output: ${error.message}\n`);
    process.exit(exitStatus.refused);
  });
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`ferrule ${version} crashed, which is a bug of ferrule: please report it with the input and these lines.\n${detail}\n`);
    process.exitCode = exitStatus.crash;
  },
);
