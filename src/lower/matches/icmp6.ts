import type { LowerMatch } from '../context.js';
import { tested } from '../predicates.js';
import { test, transportHeader } from '../steps.js';
import { icmpTypeAndCode } from './icmp.js';

/** Wants 8 bytes. Unlike in IPv4, type 255 is a type like any other. */
export const icmp6: LowerMatch<'icmp6'> = (match, context) => [
  ...transportHeader(8, context, match.source),
  test(tested(match.icmpType, (type) => icmpTypeAndCode(type, context.family)), match.source),
];
