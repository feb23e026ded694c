import fc from 'fast-check';
import type { Family, PolicyElement } from '../../../src/ir/index.js';
import { hostMask, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const tests = {
  reqid: test(number(0xffff_ffff)),
  spi: test(number(0xffff_ffff)),
  protocol: test(fc.constantFrom(50, 51, 108)),
};

/** Tunnel ends only where the mode is that of a tunnel. */
const element = (family: Family): fc.Arbitrary<PolicyElement> =>
  fc.oneof(
    fc.record({ ...tests, mode: test(fc.constantFrom('tunnel' as const, 'transport' as const)) }, { requiredKeys: [] }),
    fc.record(
      { ...tests, mode: fc.constant({ value: 'tunnel' as const, negated: false }), tunnelDestination: test(hostMask(family)), tunnelSource: test(hostMask(family)) },
      { requiredKeys: ['mode'] },
    ),
  );

const direction = fc.constantFrom('in' as const, 'out' as const);

export const policy: MatchGenerator<'policy'> = {
  families: [4, 6],
  draw: (family) => {
    const base = { kind: fc.constant('policy' as const), source: fc.constant(nowhere), direction };
    const full = element(family).filter((one) => Object.keys(one).length > 0);
    return fc.oneof(
      fc.record({ ...base, policy: fc.constant('none' as const), strict: fc.constant(false), elements: fc.constant([]) }),
      fc.record({ ...base, policy: fc.constant('ipsec' as const), strict: fc.constant(false), elements: element(family).map((one) => [one]) }),
      fc.record({ ...base, policy: fc.constant('ipsec' as const), strict: fc.constant(true), elements: fc.array(full, { minLength: 1, maxLength: 4 }) }),
    );
  },
};
