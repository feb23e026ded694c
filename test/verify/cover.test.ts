import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBdd, type Bdd } from '../../src/symbolic/bdd.js';
import type { Block } from '../../src/symbolic/layout.js';
import { coverOf, shareOf } from '../../src/verify/cover.js';
import { blockValues } from '../../src/verify/words/block.js';

const width = 9;
const blocks: readonly Block[] = [{ name: 'a', levels: [0, 1, 2] }, { name: 'b', levels: [3] }, { name: 'c', levels: [4, 5, 6, 7, 8] }];

/** A random function: an or of random cubes. */
const cubes = fc.array(fc.array(fc.tuple(fc.nat({ max: width - 1 }), fc.boolean()), { minLength: 1, maxLength: 5 }), { minLength: 0, maxLength: 6 });

const build = (bdd: Bdd, terms: readonly (readonly (readonly [number, boolean])[])[]): number =>
  terms.reduce((all, term) => bdd.or(all, term.reduce((part, [level, set]) => bdd.and(part, set ? bdd.variable(level) : bdd.not(bdd.variable(level))), 1)), 0);

describe('a region in parts', () => {
  it('is the region, within what is possible, and no part reaches outside', () => {
    fc.assert(
      fc.property(cubes, cubes, (one, other) => {
        const bdd = createBdd(100_000);
        const [region, possible] = [build(bdd, one), bdd.not(build(bdd, other))];
        const { parts, complete } = coverOf(bdd, bdd.and(region, possible), possible, blocks, () => 0, 1000);
        expect(complete).toBe(true);
        const union = parts.reduce((all, part) => bdd.or(all, [...part.values()].reduce((node, values) => bdd.and(node, values), 1)), 0);
        expect(bdd.and(union, possible)).toBe(bdd.and(region, possible));
      }),
    );
  });

  it('says nothing of what is certain anyway', () => {
    const bdd = createBdd(1000);
    const [a, b] = [bdd.variable(0), bdd.variable(3)];
    // b only ever comes with a.
    const possible = bdd.or(bdd.not(b), a);
    const { parts } = coverOf(bdd, bdd.and(bdd.and(a, b), possible), possible, blocks, () => 0, 10);
    expect(parts.map((part) => [...part.keys()].map(({ name }) => name))).toEqual([['b']]);
  });

  it('has no part that others cover', () => {
    const bdd = createBdd(1000);
    const [x, y, z] = [bdd.variable(0), bdd.variable(3), bdd.variable(4)];
    // The consensus term y & z is covered by the two others.
    const region = bdd.or(bdd.or(bdd.and(x, y), bdd.and(bdd.not(x), z)), bdd.and(y, z));
    expect(coverOf(bdd, region, 1, blocks, () => 0, 10).parts).toHaveLength(2);
  });

  it('stops at its limit and says so', () => {
    const bdd = createBdd(1000);
    const parity = [0, 3, 4].reduce((node, level) => bdd.ite(bdd.variable(level), bdd.not(node), node), 0);
    expect(coverOf(bdd, parity, 1, blocks, () => 0, 2)).toMatchObject({ complete: false });
    expect(shareOf(bdd, parity, 1)).toBe(0.5);
    expect(shareOf(bdd, bdd.and(parity, bdd.variable(0)), bdd.variable(0))).toBe(0.5);
  });
});

describe('the values of a block', () => {
  const block: Block = { name: 'mark', levels: Array.from({ length: 32 }, (_, index) => index) };

  it('are intervals', () => {
    const bdd = createBdd(1000);
    const top = bdd.variable(0);
    expect(blockValues(bdd, top, block).intervals).toEqual([{ min: 0x8000_0000n, max: 0xffff_ffffn }]);
  });

  it('are patterns of bits where a low bit alone is asked', () => {
    const bdd = createBdd(1000);
    const values = blockValues(bdd, bdd.and(bdd.variable(31), bdd.not(bdd.variable(30))), block);
    expect(values.intervals).toBeUndefined();
    expect(values.patterns()).toEqual({ patterns: [{ set: 1n, clear: 2n }], complete: true });
  });
});
