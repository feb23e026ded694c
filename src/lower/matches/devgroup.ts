import type { Field, Masked, Predicate, Test } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { masked, tested } from '../predicates.js';
import { test } from '../steps.js';

/** The kernel compares under the mask on both sides, so bits of the group outside of it do not count. */
export const devgroup: LowerMatch<'devgroup'> = (match, { family }) => {
  const inGroup = (field: Field) => ({ value, mask }: Masked): Predicate => masked(family, field, BigInt((value & mask) >>> 0), BigInt(mask));
  const steps = (group: Test<Masked> | undefined, field: Field) => (group === undefined ? [] : [test(tested(group, inGroup(field)), match.source)]);
  return [...steps(match.sourceGroup, 'device.in-group'), ...steps(match.destinationGroup, 'device.out-group')];
};
