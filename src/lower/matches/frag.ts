import type { Step } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { equals, inRange, tested } from '../predicates.js';
import { extensionThere, present, require, test } from '../steps.js';

/** Nothing there is no match; a broken walk to it, or one of less than 8 bytes, drops the packet. `--fraglen` is never looked at. */
export const frag: LowerMatch<'frag'> = ({ id, reserved, first, more, last, source }, { family }) => {
  const steps: Step[] = [...extensionThere('fragment', source), require(present({ kind: 'extension', header: 'fragment', bytes: 8 }), source, 'no-broken-ipv6-extension-headers')];
  if (id !== undefined) steps.push(test(tested(id, (range) => inRange(family, 'fragment.id', range)), source));
  if (reserved === true) steps.push(test(equals(family, 'fragment.reserved', 0), source), test(equals(family, 'fragment.reserved-bits', 0), source));
  if (first === true) steps.push(test(equals(family, 'fragment.offset', 0), source));
  if (more === true) steps.push(test(equals(family, 'fragment.more', 1), source));
  if (last === true) steps.push(test(equals(family, 'fragment.more', 0), source));
  return steps;
};
