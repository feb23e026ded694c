import type { Masked, Test } from '../../../src/ir/index.js';
import type { MatchMeaning } from '../evaluation.js';

/** Groups are 0 unless the topology says otherwise. */
export const devgroup: MatchMeaning<'devgroup'> = ({ sourceGroup, destinationGroup }) => {
  const holds = (test: Test<Masked> | undefined, group: () => number): boolean =>
    test === undefined || ((((group() ^ test.value.value) & test.value.mask) === 0) !== test.negated);
  return ({ packet, host }) =>
    holds(sourceGroup, () => host.groupOf(packet.inInterface ?? '')) && holds(destinationGroup, () => host.groupOf(packet.outInterface ?? ''));
};
