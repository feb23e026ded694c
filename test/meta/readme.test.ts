import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { withFiles } from '../cli/ferrule.js';

const root = resolve(import.meta.dirname, '../..');
const lines = readFileSync(resolve(root, 'README.md'), 'utf8').split('\n');

interface Shown {
  readonly command: string;
  readonly output: string;
}

/** Every `$ command` of an indented block with what stands below it. */
function shown(): readonly Shown[] {
  const out: { command: string; output: string[] }[] = [];
  let open = false;
  for (const line of lines) {
    if (line.startsWith('    $ ')) {
      out.push({ command: line.slice(6), output: [] });
      open = true;
    } else if (line.startsWith('    ') || line === '') {
      if (open) out.at(-1)?.output.push(line.slice(4));
    } else open = false;
  }
  return out.map(({ command, output }) => ({ command, output: output.join('\n').trimEnd() }));
}

/** Who lists an output that is proved, the kernel or ferrule's own reader, depends on the machine. */
const whoever = (text: string): string => text.replaceAll(/^(proved: .*), as .*$/gm, '$1');

it('shows what the commands really print', () => {
  const blocks = shown();
  const files = Object.fromEntries(blocks.flatMap(({ command, output }) => (command.startsWith('cat ') ? [[command.slice(4), `${output}\n`]] : [])));
  expect(Object.keys(files).length).toBeGreaterThan(0);
  const commands = blocks.filter(({ command }) => command.startsWith('ferrule '));
  expect(commands.length).toBeGreaterThan(2);
  withFiles(files, (path) => {
    for (const { command, output } of commands) {
      const { stdout } = spawnSync('sh', ['-c', `"${process.execPath}" "${root}/dist/ferrule.js" ${command.slice('ferrule '.length)} 2>&1`], { cwd: dirname(path('x')), encoding: 'utf8' });
      expect(whoever(stdout.trimEnd()), command).toBe(whoever(output));
    }
  });
});
