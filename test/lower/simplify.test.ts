import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Predicate, Step } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { and, inIntervals, masked, negatedIf, normalise, not } from '../../src/lower/predicates.js';
import { implies, simplify } from '../../src/lower/simplify.js';
import { lowered, no, program, rule, source, yes } from './build.js';

const plain = (steps: readonly Step[]): readonly string[] =>
  steps.map((step) => (step.kind === 'refuse' ? `refuse ${step.extension}` : `${step.kind} ${step.predicate.kind === 'present' ? step.predicate.what.kind : step.predicate.kind}`));

describe('steps', () => {
  test('a guard stands once, and a wider header covers a narrower one', () => {
    const { steps } = lowered(4, { protocol: yes(6) }, [
      { kind: 'tcp', source, destinationPort: yes({ min: 80, max: 80 }) },
      { kind: 'multiport', source, side: 'source', ports: yes([{ min: 1, max: 2, ranged: true }]) },
      { kind: 'tcpmss', source, mss: yes({ min: 1, max: 2 }) },
    ]);
    expect(plain(steps)).toEqual([
      'test field', 'require not', 'test field', 'require transport', 'test field', 'test field', 'require tcp-options', 'test tcp-mss',
    ]);
  });

  test('a full range vanishes, the header it needs stays', () => {
    const { steps } = lowered(4, { protocol: yes(17) }, [{ kind: 'udp', source, destinationPort: yes({ min: 0, max: 65535 }) }], 'INPUT', 'filter');
    expect(plain(steps)).toEqual(['test field', 'require transport']);
  });

  test('a rule that can never match stays, may still drop, and is told of', () => {
    const never = rule({ protocol: yes(17) }, [{ kind: 'udp', source, sourcePort: no({ min: 0, max: 65535 }) }, { kind: 'comment', source, text: 'x' }, { kind: 'ttl', source, comparison: 'eq', value: 1 }]);
    const { value, diagnostics } = lower(program(4, [never], 'INPUT', 'filter'));
    const kept = value.rulesets[0]?.tables[0]?.chains[0]?.rules[0];
    expect(plain(kept?.steps ?? [])).toEqual(['test field', 'require transport', 'test constant']);
    expect(kept?.comments).toEqual(['x']);
    expect(diagnostics).toMatchObject([{ code: 'rule-never-matches', severity: 'note', table: 'filter', chain: 'INPUT', rule: 1 }]);
  });

  test('conjunctions become steps; what was asked in vain is not asked again', () => {
    const field = inIntervals(4, 'ip.ttl', [{ min: 1n, max: 5n }]);
    const wider = inIntervals(4, 'ip.ttl', [{ min: 0n, max: 9n }]);
    expect(plain(simplify([{ kind: 'test', predicate: and([field, not(masked(4, 'ip.tos', 1n, 1n))]), source }, { kind: 'test', predicate: wider, source }]))).toEqual(['test field', 'test not']);
  });

  test('state is asked every time', () => {
    const limit: Step = { kind: 'test', predicate: { kind: 'limit', identity: 'x', interval: 1, burst: 1 }, source };
    expect(simplify([limit, limit])).toHaveLength(2);
  });

  test('a guard that a target may leave out covers no test that it may not', () => {
    const offset = inIntervals(4, 'ip.fragment-offset', [{ min: 0n, max: 0n }]);
    expect(simplify([{ kind: 'test', predicate: offset, source, assumption: 'no-later-fragments' }, { kind: 'test', predicate: offset, source }])).toHaveLength(2);
    expect(simplify([{ kind: 'test', predicate: offset, source }, { kind: 'test', predicate: offset, source, assumption: 'no-later-fragments' }])).toHaveLength(1);
  });
});

describe('predicates', () => {
  const interval = fc.tuple(fc.bigInt(-2n, 300n), fc.bigInt(-2n, 300n)).map(([min, max]) => ({ min, max }));

  test('normalised intervals hold the same values, ascending and apart', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 6 }), fc.bigInt(0n, 255n), (intervals, value) => {
        const normal = normalise(intervals, 255n);
        const within = (list: typeof intervals): boolean => list.some(({ min, max }) => min <= value && value <= max);
        expect(within(normal)).toBe(within(intervals));
        for (const [index, { min, max }] of normal.entries()) {
          expect(min).toBeLessThanOrEqual(max);
          const before = normal[index - 1];
          if (before !== undefined) expect(min).toBeGreaterThan(before.max + 1n);
        }
      }),
    );
  });

  const field = fc.array(interval, { maxLength: 3 }).map((intervals) => inIntervals(4, 'ip.ttl', intervals));
  const literal = fc.tuple(field, fc.boolean()).map(([predicate, negated]) => negatedIf(negated, predicate));
  const value = (predicate: Predicate, at: bigint): boolean => {
    if (predicate.kind === 'constant') return predicate.value;
    if (predicate.kind === 'not') return !value(predicate.operand, at);
    return predicate.kind === 'field' && predicate.intervals.some(({ min, max }) => min <= at && at <= max);
  };

  test('implication is never claimed where it does not hold', () => {
    fc.assert(
      fc.property(literal, literal, fc.bigInt(0n, 255n), (a, b, at) => {
        if (implies(a, b) && value(a, at)) expect(value(b, at)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([0, 43, 44, 51, 60])('IPv6 -p %i becomes a test that never holds: a target may know the number where xtables does not', (protocol) => {
  expect(lowered(6, { protocol: yes(protocol) }, []).steps.at(-1)).toMatchObject({ kind: 'test', predicate: { kind: 'constant', value: false } });
  expect(plain(lowered(6, { protocol: no(protocol) }, []).steps)).toEqual(['require protocol']);
});
