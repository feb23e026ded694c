import { describe, expect, test } from 'vitest';
import { parse, print } from '../../grammar/index.js';
import { decodeBytes } from '../../src/ir/index.js';
import { acceptedCorpus, corpusAvailable } from '../corpus.js';
import { available } from './available.js';
import { canonicalTables } from './canonical.js';
import { restoreAndSave } from './restore.js';

const ready = available().ok && corpusAvailable();

describe.skipIf(!ready)('the canonical print of real dumps is the kernel\'s own save', () => {
  const files = ready ? acceptedCorpus() : [];

  test('the index lists all that the kernel accepts', () => {
    expect(files).toHaveLength(141);
  });

  test.each(files.map((file) => [file.name, file] as const))('%s', async (_name, file) => {
    const { value, diagnostics } = parse(decodeBytes(file.bytes), { file: file.name, family: file.family });
    expect(diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
    const { answer, saved } = await restoreAndSave(file.family, file.bytes, file.sets);
    expect(answer).toMatchObject({ status: 0 });
    const kernel = canonicalTables(saved);
    const ours = canonicalTables(print(value, { counters: false }).value);
    for (const table of value.tables) {
      const text = print({ ...value, tables: [table] }, { counters: false }).value;
      expect(text).toBe(kernel.get(table.name));
      // The print is in canonical order already: bringing it into order changes nothing.
      expect(ours.get(table.name)).toBe(text);
    }
    // Printing what was printed changes nothing.
    const printed = print(value, { counters: true }).value;
    expect(print(parse(printed, { file: file.name, family: file.family }).value, { counters: true }).value).toBe(printed);
  });
});
