import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jumpExtensions } from '../../grammar/jumps/index.js';
import { matchExtensions } from '../../grammar/matches/index.js';
import { jumpRows, matchRows, type Row } from './back-ends.js';

const root = resolve(import.meta.dirname, '../..');
const readme = resolve(root, 'README.md');
const [begin, end] = ['<!-- extensions -->', '<!-- /extensions -->'];

const line = ({ name, families, nft, xdp, trace }: Row): string => `| ${name} | ${families} | ${nft} | ${xdp} | ${trace} |`;

const tableOf = (rows: readonly Row[], subject: string): string => [`| ${subject} | | nft | XDP | trace |`, '|---|---|---|---|---|', ...rows.map(line)].join('\n');

/** `npm run table` writes it; what colleagues of the code say of it comes from the code alone. */
test('the table of the README says what becomes of every extension', () => {
  const table = `${begin}\n${tableOf(matchRows(), 'match')}\n\n${tableOf(jumpRows(), 'jump')}\n${end}`;
  const text = readFileSync(readme, 'utf8');
  if (process.env['FERRULE_WRITE'] !== undefined) writeFileSync(readme, text.replace(new RegExp(`${begin}[^]*${end}`), () => table));
  expect(readFileSync(readme, 'utf8')).toContain(table);
}, 120_000);

/** What an extension needs beside the tables that the compiler asks for: the same base name in every folder, and measured forms. */
describe('an extension is whole', () => {
  const forms = readFileSync(resolve(root, 'test/grammar/forms.txt'), 'utf8');
  const folders = (kind: 'matches' | 'jumps'): readonly string[] => [`grammar/${kind}`, `src/lower/${kind}`, `targets/interpreter/${kind}`, `test/generators/${kind}`];
  const missing = (folder: string, names: readonly string[]): readonly string[] => names.filter((name) => !existsSync(resolve(root, folder, `${name}.ts`)));

  test.each(folders('matches'))('every match has its file in %s', (folder) => {
    expect(missing(folder, Object.keys(matchExtensions))).toEqual([]);
  });

  test.each(folders('jumps'))('every jump has its file in %s', (folder) => {
    expect(missing(folder, Object.keys(jumpExtensions))).toEqual([]);
  });

  test('every extension has forms that the real tools were asked about', () => {
    // No kernel at hand has some; an estimator must be there before a rule asks it.
    const names = [
      ...Object.values(matchExtensions).filter(({ unjudged, modules }) => unjudged !== true && !modules.includes('rateest')).map(({ modules }) => modules.map((name) => `-m ${name}`)),
      ...Object.values(jumpExtensions).filter(({ unjudged }) => unjudged !== true).map(({ target }) => [`-j ${target}`]),
    ];
    const asked = (words: readonly string[]): boolean => words.some((word) => new RegExp(`${word}( |$)`, 'm').test(forms));
    expect(names.filter((words) => !asked(words)).map(([word]) => word)).toEqual([]);
  });
});
