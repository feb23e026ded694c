import type { CoreRule, Family, Field, Interval, RejectType } from '../ir/index.js';

/**
 * Whether a rule rejects only what is never answered, by what it asks itself: that is to drop. ICMP errors are not answered, nor what is
 * sent to groups or to everybody; resets are not reset.
 */
export function isNeverAnswered({ steps }: CoreRule, kind: RejectType, family: Family): boolean {
  const asksOnly = (field: Field, silent: (interval: Interval, mask: bigint) => boolean): boolean =>
    steps.some((step) => step.kind === 'test' && step.predicate.kind === 'field' && step.predicate.field === field && step.predicate.intervals.length > 0 && step.predicate.intervals.every((interval) => silent(interval, step.predicate.kind === 'field' ? step.predicate.mask : 0n)));
  const toMany = family === 4
    ? asksOnly('ip.destination', ({ min, max }, mask) => mask >> 28n === 0xfn && ((min >> 28n === 0xen && max >> 28n === 0xen) || (min === everybody && max === everybody && mask === everybody)))
    : asksOnly('ip.destination', ({ min, max }, mask) => kind !== 'tcp-reset' && mask >> 120n === 0xffn && min >> 120n === 0xffn && max >> 120n === 0xffn);
  if (toMany) return true;
  if (kind === 'tcp-reset') return asksOnly('tcp.flags', ({ min, max }, mask) => (mask & reset) !== 0n && min === max && (min & reset) !== 0n);
  return asksOnly('icmp.type', ({ min, max }, mask) => mask === 0xffn && (family === 4 ? min === max && errors.has(min) : max < 128n));
}

const everybody = 0xffff_ffffn;
const reset = 4n;
const errors: ReadonlySet<bigint> = new Set([3n, 4n, 5n, 11n, 12n]);
