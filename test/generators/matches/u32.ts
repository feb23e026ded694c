import fc from 'fast-check';
import type { U32Step } from '../../../src/ir/index.js';
import { anyRange, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const limit = 0xffff_ffff;
const step: fc.Arbitrary<U32Step> = fc.oneof(
  fc.record({ operator: fc.constantFrom('and' as const, 'at' as const), number: number(limit) }),
  fc.record({ operator: fc.constantFrom('left' as const, 'right' as const), number: number(31) }),
);
const one = fc.record({
  offset: number(limit),
  steps: fc.array(step, { maxLength: 9 }),
  values: fc.array(anyRange(limit), { minLength: 1, maxLength: 10 }),
});

/** Two tests of any shape, or as many plain ones as there may be: within the 1023 bytes that iptables takes for a word. */
const tests = fc.oneof(
  fc.array(one, { minLength: 1, maxLength: 2 }),
  fc.array(one.map((whole) => ({ ...whole, steps: [], values: whole.values.slice(0, 1) })), { minLength: 10, maxLength: 10 }),
);

export const u32: MatchGenerator<'u32'> = {
  families: [4, 6],
  draw: () => fc.record({ kind: fc.constant('u32' as const), source: fc.constant(nowhere), tests: test(tests) }),
};
