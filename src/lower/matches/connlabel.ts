import type { LowerMatch } from '../context.js';
import { and, negatedIf, not, or } from '../predicates.js';
import { external, present, test } from '../steps.js';

/** A packet without a connection has no label; `--set` sets the bit, so that it then holds. */
export const connlabel: LowerMatch<'connlabel'> = ({ label, set, source }) => {
  const there = present({ kind: 'connection' });
  // It sets the bit where it can, and holds where it cannot.
  if (set === true && label.negated) return [test(or([not(there), external({ kind: 'label', bit: label.value, set: true })]), source), test(not(there), source)];
  return [test(negatedIf(label.negated, and([there, external({ kind: 'label', bit: label.value, set: set === true })])), source)];
};
