import type { Step } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { equals, inRange, tested } from '../predicates.js';
import { present, require, test, transportHeader } from '../steps.js';

/**
 * IPv4 finds the header behind `-p ah`, 12 bytes of it. IPv6 walks on its own: nothing there is no match, a header cut off on
 * the way or an authentication header that is not there to its own length (and 12 bytes at least) drops the packet. `--ahlen 0`, even inverted, tests nothing.
 */
export const ah: LowerMatch<'ah'> = (match, context) => {
  const { family } = context;
  const steps: Step[] =
    family === 4
      ? [...transportHeader(12, context, match.source)]
      : [
          require(present({ kind: 'ah-intact' }), match.source, 'no-broken-ipv6-extension-headers'),
          test(present({ kind: 'ah' }), match.source),
        ];
  if (match.spi !== undefined) steps.push(test(tested(match.spi, (range) => inRange(family, 'ah.spi', range)), match.source));
  if (match.length !== undefined && match.length.value !== 0) {
    steps.push(test(tested(match.length, (length) => equals(family, 'ah.length', length)), match.source));
  }
  if (match.reserved === true) steps.push(test(equals(family, 'ah.reserved', 0), match.source));
  return steps;
};
