import type { Step } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { inRange, tested } from '../predicates.js';
import { test, transportHeader } from '../steps.js';

/** Wants 8 bytes, even without options. */
export const udp: LowerMatch<'udp'> = (match, context) => {
  const { family } = context;
  const steps: Step[] = [...transportHeader(8, context, match.source)];
  if (match.sourcePort !== undefined) steps.push(test(tested(match.sourcePort, (range) => inRange(family, 'transport.source-port', range)), match.source));
  if (match.destinationPort !== undefined) {
    steps.push(test(tested(match.destinationPort, (range) => inRange(family, 'transport.destination-port', range)), match.source));
  }
  return steps;
};
