import type { AddressType, Predicate, Test } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, inIntervals, inRange, negatedIf, not } from '../predicates.js';
import { test } from '../steps.js';

const addressMaximum = (1n << 128n) - 1n;
const multicast = { min: 0xffn << 120n, max: addressMaximum };
const unspecified = { min: 0n, max: 0n };
/** `::ffff:0:0/96`. */
const mapped = { min: 0xffffn << 32n, max: 0xffff_ffff_ffffn };

/** The source is asked first. */
export const addrtype: LowerMatch<'addrtype'> = (match, context) => {
  const sides = [
    ['source', match.sourceType],
    ['destination', match.destinationType],
  ] as const;
  return sides.flatMap(([address, types]) => {
    if (types === undefined) return [];
    const predicate = context.family === 4 ? routed(address, types.value, match.limitInterface) : addressType6(address, types, match.limitInterface);
    return [test(negatedIf(types.negated, predicate), match.source)];
  });
};

const routed = (address: 'source' | 'destination', types: readonly AddressType[], via?: 'in' | 'out'): Predicate => ({
  kind: 'address-type',
  address,
  types,
  ...(via === undefined ? {} : { via }),
});

/**
 * IPv6 reads a list otherwise than IPv4: MULTICAST, UNICAST and UNSPEC must each hold, and tell by the address alone (UNICAST is
 * all that is neither multicast nor `::` nor a mapped IPv4 address, local addresses included); of the types that ask the routing table one is enough.
 */
function addressType6(address: 'source' | 'destination', { value: types }: Test<readonly AddressType[]>, via?: 'in' | 'out'): Predicate {
  const field = `ip.${address}` as const;
  const byRoute = types.filter((type) => type !== 'MULTICAST' && type !== 'UNICAST' && type !== 'UNSPEC');
  const operands: Predicate[] = [];
  if (types.includes('MULTICAST')) operands.push(inIntervals(6, field, [multicast]));
  if (types.includes('UNICAST')) operands.push(not(inIntervals(6, field, [unspecified, mapped, multicast])));
  if (types.includes('UNSPEC')) operands.push(inRange(6, field, unspecified));
  if (byRoute.length > 0) operands.push(routed(address, byRoute, via));
  return and(operands);
}
