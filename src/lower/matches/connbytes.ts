import type { Field } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { inRange, tested } from '../predicates.js';
import { present, refuse, test, testUnder } from '../steps.js';

/** What a packet without an entry belongs to has carried nothing, and matches nothing. */
export const connbytes: LowerMatch<'connbytes'> = ({ count, mode, direction, source }, { family }) => {
  if ([count.value.min, count.value.max].some((bound) => bound >= 2n ** 53n && bound !== 2n ** 64n - 1n)) return [refuse('connbytes', 'nft 1.0.6 does not list numbers from 2^53 on as they are', source, 'give a lower number: no connection carries as much')];
  const unit = mode === 'avgpkt' ? 'average' : mode;
  const field: Field = direction === 'both' ? `ct.${unit}` : `ct.${direction}-${unit}`;
  return [test(present({ kind: 'connection' }), source), testUnder(tested(count, (range) => inRange(family, field, range)), source, 'connbytes', ['accounted-connections'])];
};
