import type { LowerMatch } from '../context.js';
import { and, negatedIf } from '../predicates.js';
import { external, present, refuse, test } from '../steps.js';

/** A packet without a connection has no label; `--set` sets the bit, so that it then holds. */
export const connlabel: LowerMatch<'connlabel'> = ({ label, set, source }) => {
  if (set === true && label.negated) return [refuse('connlabel', 'a rule that sets a label and holds only for packets without a connection is not carried', source, `nft can say: ct label set ${label.value}`)];
  const there = present({ kind: 'connection' });
  return [test(negatedIf(label.negated, and([there, external({ kind: 'label', bit: label.value, set: set === true })])), source)];
};
