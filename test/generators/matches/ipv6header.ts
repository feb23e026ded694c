import fc from 'fast-check';
import { ipv6Headers } from '../../../src/ir/index.js';
import { flag, some, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const ipv6header: MatchGenerator<'ipv6header'> = {
  families: [6],
  draw: () =>
    fc.record(
      { kind: fc.constant('ipv6header' as const), source: fc.constant(nowhere), headers: test(some(ipv6Headers)), soft: flag() },
      { requiredKeys: ['kind', 'source', 'headers'] },
    ),
};
