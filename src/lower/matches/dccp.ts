import { dccpTypes, type Interval, type Step } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { inIntervals, inRange, tested } from '../predicates.js';
import { external, test, transportHeader } from '../steps.js';

const largest = 15;

/** Wants 12 bytes. The numbers from 10 on are all of the last type. */
export const dccp: LowerMatch<'dccp'> = ({ sourcePort, destinationPort, types, option, source }, context) => {
  const { family } = context;
  const steps: Step[] = [...transportHeader(12, context, source)];
  if (sourcePort !== undefined) steps.push(test(tested(sourcePort, (range) => inRange(family, 'transport.source-port', range)), source));
  if (destinationPort !== undefined) steps.push(test(tested(destinationPort, (range) => inRange(family, 'transport.destination-port', range)), source));
  if (types !== undefined) {
    const numbers = (type: (typeof dccpTypes)[number]): Interval => {
      const number = dccpTypes.indexOf(type);
      return { min: BigInt(number), max: BigInt(number === dccpTypes.length - 1 ? largest : number) };
    };
    steps.push(test(tested(types, (some) => inIntervals(family, 'dccp.type', some.map(numbers))), source));
  }
  if (option !== undefined) {
    // Under `!` the kernel goes on with the rule as if there were no such option, and drops the packet then.
    steps.push({ kind: 'require', predicate: external({ kind: 'dccp-options', option: option.value }), source, assumption: 'no-truncated-l4-headers', ...(option.negated ? { late: true } : {}) });
    steps.push(test(tested(option, (number) => external({ kind: 'dccp-option', option: number })), source));
  }
  return steps;
};
