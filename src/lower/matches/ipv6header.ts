import { ipv6Headers, type Ipv6Header, type Predicate } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, negatedIf, not } from '../predicates.js';
import { external, test } from '../steps.js';

const listed = (header: Ipv6Header): Predicate => external({ kind: 'header', header });

/** Where the walk of its own gives up, nothing matches. Negated, `--soft` wants none of the headers, and else another list than this. */
export const ipv6header: LowerMatch<'ipv6header'> = ({ headers: { value, negated }, soft, source }) => {
  const exactly = and(ipv6Headers.map((header) => negatedIf(!value.includes(header), listed(header))));
  const wanted = soft === true ? and(value.map((header) => negatedIf(negated, listed(header)))) : negated ? not(exactly) : exactly;
  return [test(external({ kind: 'headers-end' }), source), test(wanted, source)];
};
