import type { LowerMatch } from '../context.js';
import { equals, tested } from '../predicates.js';
import { test } from '../steps.js';

const packetTypes = { unicast: 0, broadcast: 1, multicast: 2, otherhost: 3 } as const;

export const pkttype: LowerMatch<'pkttype'> = (match, { family }) => [
  test(tested(match.packetType, (type) => equals(family, 'packet.type', packetTypes[type])), match.source),
];
