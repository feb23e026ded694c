import type { MeterRate } from '../../../../src/ir/index.js';
import type { ElementTest } from '../../ast.js';
import { refuse } from '../context.js';
import { declareDynamic, keyExpression, setNameOf, wantPortProtocol } from '../dynamic.js';
import { limitRate } from '../limit.js';
import type { LowerExternal } from './index.js';

/** An element keeps the sense in which the rule that made it asks, so one sense goes for all rules of a set. */
export const meter: LowerExternal<'meter'> = ({ table, key, rate, expire }, negated, context, source) => {
  const set = setNameOf(table);
  const { meters } = context.table;
  const over = meters.get(set) ?? negated;
  meters.set(set, over);
  declareDynamic(set, key, { timeouts: true, changes: true }, context, source);
  wantPortProtocol(key, context, source);
  const kept = keptRate(rate, over);
  if (kept === undefined) refuse(context, 'this rate', 'it is no whole number of packets a second, minute, hour or day', 'use a rate that iptables can write', source);
  return {
    kind: 'stateful',
    statement: { kind: 'update', operation: 'update', set, key: keyExpression(key, context, source), timeout: expire, ...(kept === undefined ? {} : { asks: kept }) },
    ...(over === negated ? {} : { fails: true }),
  };
};

function keptRate(rate: MeterRate, over: boolean): ElementTest | undefined {
  if (rate.unit === 'bytes') return { kind: 'bytes', rate: rate.speed, unit: 'second', burst: rate.burst, over };
  const found = limitRate(rate.interval, 1_000_000);
  return found === undefined ? undefined : { kind: 'packets', ...found, burst: rate.burst, over };
}
