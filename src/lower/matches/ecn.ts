import type { Step } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { masked, negatedIf, tested } from '../predicates.js';
import { present, test, unguarded } from '../steps.js';

const ece = 0x40n;
const cwr = 0x80n;

/** The two low bits of the TOS byte first. The TCP tests do not look at the fragment offset, and a short header does not match, inverted or not. */
export const ecn: LowerMatch<'ecn'> = (match, context) => {
  const { family } = context;
  const steps: Step[] = [];
  if (match.ipEct !== undefined) steps.push(test(tested(match.ipEct, (value) => masked(family, 'ip.tos', BigInt(value), 3n)), match.source));
  if (match.tcpEce === undefined && match.tcpCwr === undefined) return steps;
  steps.push(test(present({ kind: 'transport', bytes: 20, ...unguarded(context) }), match.source, 'no-truncated-l4-headers'));
  if (match.tcpEce !== undefined) steps.push(test(negatedIf(!match.tcpEce, masked(family, 'tcp.flags', ece, ece)), match.source));
  if (match.tcpCwr !== undefined) steps.push(test(negatedIf(!match.tcpCwr, masked(family, 'tcp.flags', cwr, cwr)), match.source));
  return steps;
};
