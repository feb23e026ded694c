import type { Step } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { equals, inRange, tested } from '../predicates.js';
import { require, test, transportHeader } from '../steps.js';

const noNextHeader = 59;

/** Wants 6 bytes, and no other header behind it: else the packet is dropped. */
export const mh: LowerMatch<'mh'> = ({ type, source }, context) => {
  const { family } = context;
  const steps: Step[] = [...transportHeader(6, context, source), require(equals(family, 'mobility.next-header', noNextHeader), source, 'plain-mobility-headers')];
  if (type !== undefined) steps.push(test(tested(type, (range) => inRange(family, 'mobility.type', range)), source));
  return steps;
};
