import { unreachable, type Family, type MultiportMatch, type Predicate } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { inIntervals, negatedIf, or } from '../predicates.js';
import { test, transportHeader } from '../steps.js';

/** Wants the two ports, 4 bytes, whatever the protocol. */
export const multiport: LowerMatch<'multiport'> = (match, context) => [
  ...transportHeader(4, context, match.source),
  test(negatedIf(match.ports.negated, listed(match, context.family)), match.source),
];

function listed({ side, ports }: MultiportMatch, family: Family): Predicate {
  const intervals = ports.value.map(({ min, max }) => ({ min: BigInt(min), max: BigInt(max) }));
  const source = inIntervals(family, 'transport.source-port', intervals);
  const destination = inIntervals(family, 'transport.destination-port', intervals);
  switch (side) {
    case 'source':
      return source;
    case 'destination':
      return destination;
    case 'either':
      return or([source, destination]);
    default:
      return unreachable(side);
  }
}
