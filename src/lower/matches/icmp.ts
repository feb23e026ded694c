import type { Family, IcmpType, Predicate } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { always, and, equals, inRange, tested } from '../predicates.js';
import { test, transportHeader } from '../steps.js';

/** Wants 8 bytes. Type 255 is `any`, whatever the code says. */
export const icmp: LowerMatch<'icmp'> = (match, context) => [
  ...transportHeader(8, context, match.source),
  test(tested(match.icmpType, (type) => (type.type === 255 ? always : icmpTypeAndCode(type, context.family))), match.source),
];

export const icmpTypeAndCode = ({ type, code }: IcmpType, family: Family): Predicate =>
  and([equals(family, 'icmp.type', type), inRange(family, 'icmp.code', code)]);
