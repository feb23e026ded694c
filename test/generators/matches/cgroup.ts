import fc from 'fast-check';
import { number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const base = { kind: fc.constant('cgroup' as const), source: fc.constant(nowhere) };

/** The root is the one group that is always there. */
export const cgroup: MatchGenerator<'cgroup'> = {
  families: [4, 6],
  draw: () => fc.oneof(fc.record({ ...base, classId: test(number(0xffff_ffff)) }), fc.record({ ...base, path: test(fc.constantFrom('/', '')) })),
};
