import type { Step } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { inRange, tested } from '../predicates.js';
import { present, test, transportHeader } from '../steps.js';

/**
 * Wants 12 bytes. A chunk that is cut off, or of length 0, before the walk has decided drops the packet; under `!` the kernel
 * goes on with the rule as if it matched and drops the packet then.
 */
export const sctp: LowerMatch<'sctp'> = (match, context) => {
  const { family } = context;
  const steps: Step[] = [...transportHeader(12, context, match.source)];
  if (match.sourcePort !== undefined) steps.push(test(tested(match.sourcePort, (range) => inRange(family, 'transport.source-port', range)), match.source));
  if (match.destinationPort !== undefined) {
    steps.push(test(tested(match.destinationPort, (range) => inRange(family, 'transport.destination-port', range)), match.source));
  }
  if (match.chunks !== undefined) {
    const { scope, chunks } = match.chunks.value;
    steps.push({
      kind: 'require',
      predicate: present({ kind: 'sctp-chunks', scope, chunks }),
      source: match.source,
      assumption: 'no-truncated-l4-headers',
      ...(match.chunks.negated ? { late: true } : {}),
    });
    steps.push(test(tested(match.chunks, () => ({ kind: 'sctp-chunks', scope, chunks })), match.source));
  }
  return steps;
};
