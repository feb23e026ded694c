import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { jumpExtensions } from '../../grammar/jumps/index.js';
import { matchExtensions } from '../../grammar/matches/index.js';
import { assumptions, type AssumptionId, type CoreProgram, type Family, type Jump, type Match } from '../../src/ir/index.js';
import { lowerJump } from '../../src/lower/jumps/index.js';
import { lowerMatch } from '../../src/lower/matches/index.js';
import type { Compilation, JumpMeaning, MatchMeaning } from '../../targets/interpreter/evaluation.js';
import { jumps } from '../../targets/interpreter/jumps/index.js';
import { matches } from '../../targets/interpreter/matches/index.js';
import { createRuntime } from '../../targets/interpreter/runtime.js';
import { nftables } from '../../targets/nftables/index.js';
import { jumpGenerators } from '../generators/jumps/index.js';
import { matchGenerators } from '../generators/matches/index.js';

const seed = 1;
const samples = 300;
const columns = ['carried', 'traced', 'formatted'] as const;
type Column = (typeof columns)[number];

const compilation = (family: Family): Compilation => ({
  family,
  sets: new Map(),
  runtime: createRuntime(seed),
});

interface Drawing<T> {
  readonly families: readonly Family[];
  draw(family: Family): fc.Arbitrary<T>;
}

/** The best that becomes of any instance. */
function columnOf<T>({ families, draw }: Drawing<T>, carried: (node: T, family: Family) => boolean, traced: (node: T, family: Family) => boolean): Column {
  const drawn = families.flatMap((family) => fc.sample(draw(family), { seed, numRuns: samples }).map((node) => ({ node, family })));
  if (drawn.some(({ node, family }) => carried(node, family))) return 'carried';
  return drawn.some(({ node, family }) => traced(node, family)) ? 'traced' : 'formatted';
}

// Tables keyed by kind: that a node and its row belong together is known here only.
const matchColumns = Object.entries(matchGenerators).map(([kind, generator]) => {
  const name = matchExtensions[kind as Match['kind']].modules[0] ?? kind;
  const column = columnOf<Match>(
    generator as Drawing<Match>,
    (match, family) => lowerMatch(match, { family }).every((step) => step.kind !== 'refuse'),
    (match, family) => typeof (matches[match.kind] as MatchMeaning<Match['kind']>)(match, compilation(family)) === 'function',
  );
  return { name, column };
});

/** In a rule about TCP, under all assumptions. */
function carriedToNft(jump: Jump, family: Family): boolean {
  const source = { line: 1, column: 1, endColumn: 1 };
  const tcp = { kind: 'test', source, predicate: { kind: 'field', field: 'ip.protocol', mask: 0xffn, intervals: [{ min: 6n, max: 6n }] } } as const;
  const rule = { source, position: 1, steps: [tcp], action: lowerJump(jump), comments: [] };
  const base = { hook: 'PREROUTING', policy: 'ACCEPT', counters: { packets: 0n, bytes: 0n } } as const;
  const program: CoreProgram = { rulesets: [{ family, file: 'rules', tracking: false, tables: [{ name: 'mangle', chains: [{ name: 'PREROUTING', base, rules: [rule] }] }] }], sets: [] };
  return nftables.compile(program, { strict: false, assume: Object.keys(assumptions) as AssumptionId[] }).text !== undefined;
}

type Extended = keyof typeof jumps;
const jumpColumns = Object.entries(jumpGenerators).map(([kind, generator]) => ({
  name: jumpExtensions[kind as Extended].target,
  column: columnOf<Jump>(
    generator as Drawing<Jump>,
    carriedToNft,
    (jump, family) => typeof (jumps[jump.kind as Extended] as JumpMeaning<Extended>)(jump as never, compilation(family)) === 'function',
  ),
}));

const row = (label: string, all: readonly { readonly name: string; readonly column: Column }[], core: readonly string[], rest = ''): string => {
  const cells = columns.map((column) => [...(column === 'carried' ? core : []), ...all.filter((one) => one.column === column).map(({ name }) => name)].sort().join(' '));
  return `| ${label} | ${cells[0] ?? ''}${rest} | ${cells.slice(1).join(' | ')} |`;
};

test('the table of the README says what becomes of every extension', () => {
  const lines = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8').split('\n');
  expect(lines).toContain(row('matches', matchColumns, []));
  expect(lines).toContain(row('jumps', jumpColumns, ['ACCEPT', 'DROP', 'RETURN'], ', chains, goto'));
});
