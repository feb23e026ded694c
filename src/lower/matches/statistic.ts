import { unreachable, type Predicate, type StatisticMatch } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { always, never, tested } from '../predicates.js';
import { test } from '../steps.js';

export const statistic: LowerMatch<'statistic'> = ({ mode, source }) => [test(drawn(mode), source)];

/** The kernel draws 31 bits, so probability 0 never and 2^31 always holds; of every one packet each is the first. */
function drawn(mode: StatisticMatch['mode']): Predicate {
  switch (mode.kind) {
    case 'random':
      return tested(mode.probability, (probability) => {
        if (probability === 0) return never;
        return probability >= 2 ** 31 ? always : { kind: 'random', identity: `random ${probability}/2^31`, probability };
      });
    case 'nth':
      return tested(mode.every, (every) =>
        every === 1 ? always : { kind: 'nth', identity: `every ${every} packet ${mode.packet}`, every, packet: mode.packet },
      );
    default:
      return unreachable(mode);
  }
}
