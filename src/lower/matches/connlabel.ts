import type { LowerMatch } from '../context.js';
import { and, negatedIf, not } from '../predicates.js';
import { external, present, test } from '../steps.js';

/** A packet without a connection has no label; `--set` sets the bit, so that it then holds. */
export const connlabel: LowerMatch<'connlabel'> = ({ label, set, source }) => {
  const there = present({ kind: 'connection' });
  const bit = external({ kind: 'label', bit: label.value, set: set === true });
  // It sets the bit where it can, and holds where it cannot.
  if (set === true && label.negated) return [test(bit, source), test(not(there), source)];
  return [test(negatedIf(label.negated, and([there, bit])), source)];
};
