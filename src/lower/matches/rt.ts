import { always, and, equals, inIntervals, inRange, never, tested } from '../predicates.js';
import type { Family, Predicate, Step } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { external, extensionThere, present, require, test } from '../steps.js';

/** Nothing there is no match; a broken walk to it, or a header that is not whole, drops the packet. */
export const rt: LowerMatch<'rt'> = ({ type, segmentsLeft, length, reserved, addresses, notStrict, source }, { family }) => {
  const steps: Step[] = [...extensionThere('routing', source), require(present({ kind: 'extension', header: 'routing', bytes: 'whole' }), source, 'no-broken-ipv6-extension-headers')];
  if (segmentsLeft !== undefined) steps.push(test(tested(segmentsLeft, (range) => inRange(family, 'routing.segments-left', range)), source));
  if (length !== undefined) steps.push(test(tested(length, (bytes) => ofBytes(family, 'routing.length', bytes)), source));
  if (type !== undefined) steps.push(test(tested(type, (number) => equals(family, 'routing.type', number)), source));
  if (reserved === true) steps.push(test(and((['routing.last-entry', 'routing.flags', 'routing.tag'] as const).map((field) => equals(family, field, 0))), source));
  if (addresses !== undefined) steps.push(...list(family, addresses, notStrict === true).map((predicate) => test(predicate, source)));
  return steps;
};

/** The length of a header in bytes: a whole number of eights, the first of which the field does not count. */
export const ofBytes = (family: Family, field: 'hop-by-hop.length' | 'destination-options.length' | 'routing.length', bytes: number): Predicate =>
  bytes % 8 === 0 && bytes >= 8 ? equals(family, field, bytes / 8 - 1) : never;

/** All addresses of the header, in order; the first two have fields. */
function list(family: Family, addresses: readonly bigint[], anywhere: boolean): readonly Predicate[] {
  const [first, second, ...more] = addresses;
  if (anywhere || more.length > 0) return [external({ kind: 'routing-addresses', addresses, anywhere })];
  const count = BigInt(addresses.length);
  const as = (field: 'routing.address-1' | 'routing.address-2', address: bigint | undefined): Predicate => (address === undefined ? always : equals(family, field, address));
  return [inIntervals(family, 'routing.length', [{ min: 2n * count, max: 2n * count + 1n }]), as('routing.address-1', first), as('routing.address-2', second)];
}
