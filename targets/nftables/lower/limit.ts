import type { PredicateOf, Source } from '../../../src/ir/index.js';
import type { LimitUnit, Statement } from '../ast.js';
import { refuse, type RuleContext } from './context.js';

/** Length of the units of nft in the kernel's 1/10000 s. */
const units: readonly (readonly [LimitUnit, number])[] = [['second', 10_000], ['minute', 600_000], ['hour', 36_000_000], ['day', 864_000_000]];

/**
 * The rate that iptables stored as this interval: exactly where N per unit divides evenly, else the N whose quotient the tool
 * rounded down (3/second is 3333 units; nft counts 1/3 s, a difference of 0.03 ms a token). `perSecond`: the interval's units.
 */
export function limitRate(interval: number, perSecond = 10_000): { readonly rate: number; readonly unit: LimitUnit } | undefined {
  for (const exact of [true, false]) {
    for (const [unit, ticks] of units) {
      const length = (ticks / 10_000) * perSecond;
      const rate = exact ? length / interval : Math.round(length / interval);
      if (Number.isInteger(rate) && rate >= 1 && Math.floor(length / rate) === interval) return { rate, unit };
    }
  }
  return undefined;
}

export function limitStatement(predicate: PredicateOf<'limit'>, over: boolean, context: RuleContext, source: Source): Statement {
  const { interval, burst } = predicate;
  const rate = limitRate(interval);
  if (rate === undefined) {
    refuse(context, 'this --limit', 'it is no whole number of packets a second, minute, hour or day', 'use a rate that iptables can write', source);
    return { kind: 'limit', rate: 1, unit: 'second', burst, over };
  }
  return { kind: 'limit', ...rate, burst, over };
}
