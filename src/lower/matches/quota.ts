import type { LowerMatch } from '../context.js';
import { negatedIf, never } from '../predicates.js';
import { external, setting, test } from '../steps.js';

const tooManyBytes = 2n ** 63n;

/** A quota that nobody spends is no test. */
export const quota: LowerMatch<'quota'> = ({ quota: { value, negated }, source }) => {
  const asked = external({ kind: 'quota', bytes: value });
  if (value < tooManyBytes) return [test(negatedIf(negated, asked), source)];
  return negated ? [setting('quotas-below-8-eib', source), test(never, source)] : [test(asked, source, 'quotas-below-8-eib')];
};
