import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetExceeded, createBdd, type Bdd } from '../../src/symbolic/bdd.js';

/** A boolean function of five variables as its truth table: bit n is its value where the variables spell n. */
const variables = 5;
const table = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const at = (truth: number, row: number): number => (truth >>> row) & 1;

function build(bdd: Bdd, truth: number, level = 0, row = 0): number {
  if (level === variables) return at(truth, row);
  return bdd.ite(bdd.variable(level), build(bdd, truth, level + 1, row * 2 + 1), build(bdd, truth, level + 1, row * 2));
}

function truthOf(bdd: Bdd, node: number): number {
  let truth = 0;
  for (let row = 0; row < 2 ** variables; row++) {
    let here = node;
    while (!bdd.isTerminal(here)) here = (row >> (variables - 1 - bdd.level(here))) & 1 ? bdd.high(here) : bdd.low(here);
    if (bdd.value(here) === 1) truth |= 1 << row;
  }
  return truth >>> 0;
}

describe('decision diagrams', () => {
  it('hold the function they were built from, and equal functions are one node', () => {
    fc.assert(
      fc.property(table, table, (left, right) => {
        const bdd = createBdd(100_000, 10);
        const [f, g] = [build(bdd, left), build(bdd, right)];
        expect(truthOf(bdd, f)).toBe(left);
        expect(f === g).toBe(left === right);
      }),
    );
  });

  it('combine as the tables do', () => {
    fc.assert(
      fc.property(table, table, (left, right) => {
        const bdd = createBdd(100_000, 10);
        const [f, g] = [build(bdd, left), build(bdd, right)];
        expect(truthOf(bdd, bdd.and(f, g))).toBe((left & right) >>> 0);
        expect(truthOf(bdd, bdd.or(f, g))).toBe((left | right) >>> 0);
        expect(truthOf(bdd, bdd.not(f))).toBe(~left >>> 0);
        expect(truthOf(bdd, bdd.differs(f, g))).toBe((left ^ right) >>> 0);
      }),
    );
  });

  it('substitute all at once', () => {
    fc.assert(
      fc.property(table, fc.nat(variables - 1), fc.nat(variables - 1), (truth, one, other) => {
        const bdd = createBdd(100_000, 10);
        const swapped = bdd.substitute(build(bdd, truth), new Map([[one, bdd.variable(other)], [other, bdd.variable(one)]]));
        const bit = (row: number, level: number): number => (row >> (variables - 1 - level)) & 1;
        const exchange = (row: number): number => Array.from({ length: variables }, (_, level) => bit(row, level === one ? other : level === other ? one : level)).reduce((all, value) => all * 2 + value, 0);
        let expected = 0;
        for (let row = 0; row < 2 ** variables; row++) expected |= at(truth, exchange(row)) << row;
        expect(truthOf(bdd, swapped)).toBe(expected >>> 0);
      }),
    );
  });

  it('say so when the budget is spent', () => {
    expect(() => build(createBdd(8, 10), 0x12345678)).toThrow(BudgetExceeded);
  });
});
