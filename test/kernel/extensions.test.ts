import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printRule } from '../../grammar/index.js';
import { jumpExtensions } from '../../grammar/jumps/index.js';
import { matchExtensions } from '../../grammar/matches/index.js';
import { encodeText, type Family, type TableName } from '../../src/ir/index.js';
import { jumpGenerators } from '../generators/jumps/index.js';
import { matchGenerators } from '../generators/matches/index.js';
import { placeJump, placeMatch, type Placed } from '../generators/placed.js';
import { available } from './available.js';
import { openRestoreBench, type RestoreBench } from './restore.js';

/** Rules of each kind; a documented command raises it. */
const runs = Number(process.env['FERRULE_RUNS'] ?? 12);
const seed = Number(process.env['FERRULE_SEED'] ?? 1);

/** Sets, accounting objects and estimators would have to exist. */
const wantsObjects: { readonly matches: ReadonlySet<string>; readonly jumps: ReadonlySet<string> } = {
  matches: new Set(['set', 'nfacct', 'rateest']),
  jumps: new Set(['set']),
};

const unjudged = (extensions: Readonly<Record<string, { readonly unjudged?: true }>>, kind: string): boolean => extensions[kind]?.unjudged === true;

const kinds = Object.entries(matchGenerators).filter(([kind]) => !wantsObjects.matches.has(kind) && !unjudged(matchExtensions, kind));
const jumpKinds = Object.entries(jumpGenerators).filter(([kind]) => !wantsObjects.jumps.has(kind) && !unjudged(jumpExtensions, kind));

function drawn(family: Family): readonly Placed[] {
  const matches = kinds.flatMap(([, generator]) =>
    generator.families.includes(family) ? fc.sample(generator.draw(family) as fc.Arbitrary<never>, { numRuns: runs, seed }).map((match) => placeMatch(match, family)) : []);
  const jumps = jumpKinds.flatMap(([, generator]) =>
    generator.families.includes(family) ? fc.sample(generator.draw(family) as fc.Arbitrary<never>, { numRuns: runs, seed }).map((jump) => placeJump(jump, family)) : []);
  return [...matches, ...jumps];
}

/** The lines of one table after a restore, or what restore said. */
async function kernel(bench: RestoreBench, family: Family, table: TableName, lines: readonly string[]): Promise<readonly string[] | string> {
  const { status, error } = await bench.restore(family, encodeText(`*${table}\n${lines.join('\n')}\nCOMMIT\n`));
  if (status !== 0) return error;
  const saved = (await bench.save(family)).split('\n');
  const start = saved.indexOf(`*${table}`);
  return saved.slice(start, saved.indexOf('COMMIT', start)).filter((line) => line.startsWith('-A '));
}

describe.skipIf(!available().ok)('the kernel takes printed extensions and saves them as printed', () => {
  test.each([[4], [6]] as const)('IPv%i', async (family) => {
    const bench = await openRestoreBench();
    try {
      const wrong: unknown[] = [];
      const rules = drawn(family).map((placed) => ({ ...placed, line: printRule(placed.rule, placed.chain, family) }));
      for (const table of ['raw', 'mangle', 'nat', 'filter'] as const) {
        for (const chain of new Set(rules.map((rule) => rule.chain))) {
          const here = rules.filter((rule) => rule.table === table && rule.chain === chain);
          if (here.length === 0) continue;
          const found = await kernel(bench, family, table, here.map(({ line }) => line));
          if (typeof found === 'string') {
            for (const { line } of here) {
              const alone = await kernel(bench, family, table, [line]);
              if (typeof alone === 'string') wrong.push({ line, refused: alone });
            }
            wrong.push({ table, chain, refused: found });
            continue;
          }
          here.forEach(({ line, lossy }, index) => {
            if (lossy === (found[index] === line)) wrong.push({ line, saved: found[index], lossy });
          });
        }
      }
      expect(wrong, `seed ${seed}`).toEqual([]);
    } finally {
      await bench.close();
    }
  });
});
