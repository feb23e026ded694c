import type { Step } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { inRange, masked, tested } from '../predicates.js';
import { notFlagOverwrite, present, require, test, transportHeader } from '../steps.js';

/** Wants 20 bytes, even without options. Ports, flags, then the option, for which the whole header must be there. */
export const tcp: LowerMatch<'tcp'> = (match, context) => {
  const { family } = context;
  const { source } = match;
  const steps: Step[] = [...notFlagOverwrite(context, source), ...transportHeader(20, context, source)];
  if (match.sourcePort !== undefined) steps.push(test(tested(match.sourcePort, (range) => inRange(family, 'transport.source-port', range)), source));
  if (match.destinationPort !== undefined) {
    steps.push(test(tested(match.destinationPort, (range) => inRange(family, 'transport.destination-port', range)), source));
  }
  if (match.flags !== undefined) {
    steps.push(test(tested(match.flags, ({ value, mask }) => masked(family, 'tcp.flags', BigInt(value), BigInt(mask))), source));
  }
  if (match.option !== undefined) {
    steps.push(require(present({ kind: 'tcp-options' }), source, 'no-truncated-l4-headers'));
    steps.push(test(tested(match.option, (option) => ({ kind: 'tcp-option', option })), source));
  }
  return steps;
};
