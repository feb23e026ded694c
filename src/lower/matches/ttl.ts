import { unreachable, type Family, type Predicate, type TtlMatch } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { equals, inRange, not } from '../predicates.js';
import { test } from '../steps.js';

export const ttl: LowerMatch<'ttl'> = (match, { family }) => [test(timeToLive(match, family), match.source)];

export function timeToLive({ comparison, value }: Pick<TtlMatch, 'comparison' | 'value'>, family: Family): Predicate {
  switch (comparison) {
    case 'eq':
      return equals(family, 'ip.ttl', value);
    case 'ne':
      return not(equals(family, 'ip.ttl', value));
    case 'lt':
      return inRange(family, 'ip.ttl', { min: 0, max: value - 1 });
    case 'gt':
      return inRange(family, 'ip.ttl', { min: value + 1, max: 255 });
    default:
      return unreachable(comparison);
  }
}
