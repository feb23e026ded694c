import type { LowerMatch } from '../context.js';
import { tested } from '../predicates.js';
import { present, require, test, unguarded } from '../steps.js';

/** Does not look at the fragment offset. Without the option `--mss` is false and `! --mss` true. */
export const tcpmss: LowerMatch<'tcpmss'> = (match, context) => {
  const reading = unguarded(context);
  return [
    require(present({ kind: 'transport', bytes: 20, ...reading }), match.source, 'no-truncated-l4-headers'),
    require(present({ kind: 'tcp-options', ...reading }), match.source, 'no-truncated-l4-headers'),
    test(tested(match.mss, ({ min, max }) => ({ kind: 'tcp-mss', interval: { min: BigInt(min), max: BigInt(max) } })), match.source),
  ];
};
