import type { Field, Predicate, SrhComparison, Step, Test } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, equals, inRange, masked, negatedIf, not, tested } from '../predicates.js';
import { external, present, test } from '../steps.js';

const segmentRouting = 4;

/**
 * A header that is no whole segment routing header never matches, inverted or not. The tag is compared as little-endian machines read it
 * (measured): `--srh-tag 7` asks for 0x0700 on the wire.
 */
export const srh: LowerMatch<'srh'> = (match, { family }) => {
  const { source } = match;
  const byte = (field: Field, option: Test<number> | undefined): readonly Predicate[] => (option === undefined ? [] : [tested(option, (value) => equals(family, field, value))]);
  const compared = (field: Field, comparison: SrhComparison | undefined): readonly Predicate[] => {
    if (comparison === undefined) return [];
    const { value, eq, gt, lt } = comparison;
    const within = (test: { readonly negated: boolean } | undefined, min: number, max: number): readonly Predicate[] => (test === undefined ? [] : [negatedIf(test.negated, inRange(family, field, { min, max }))]);
    return [...within(eq, value, value), ...within(gt, value + 1, 255), ...within(lt, 0, value - 1)];
  };
  const tag = match.tag === undefined ? undefined : { ...match.tag, value: ((match.tag.value & 0xff) << 8) | (match.tag.value >> 8) };
  const steps: Step[] = [
    test(present({ kind: 'extension', header: 'routing' }), source),
    test(present({ kind: 'extension', header: 'routing', bytes: 'whole' }), source, 'no-broken-ipv6-extension-headers'),
    test(equals(family, 'routing.type', segmentRouting), source),
    test(not(external({ kind: 'segments-overrun' })), source, 'plain-segment-routing'),
    test(and([
      ...byte('routing.next-header', match.nextHeader), ...compared('routing.length', match.headerLength), ...compared('routing.segments-left', match.segmentsLeft),
      ...compared('routing.last-entry', match.lastEntry), ...byte('routing.tag', tag),
    ]), source),
  ];
  for (const which of ['previous', 'next'] as const) {
    const option = match[`${which}Sid`];
    if (option === undefined) continue;
    steps.push(test(external({ kind: 'segment', which }), source));
    if (option.value.mask !== 0n || option.negated) steps.push(test(tested(option, ({ address, mask }) => external({ kind: 'segment', which, network: { address: address & mask, mask } })), source));
  }
  if (match.lastSid !== undefined) {
    steps.push(test(present({ kind: 'extension', header: 'routing', bytes: 24 }), source));
    steps.push(test(tested(match.lastSid, ({ address, mask }) => masked(family, 'routing.address-1', address & mask, mask)), source));
  }
  return steps;
};
