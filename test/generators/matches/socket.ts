import fc from 'fast-check';
import { flag } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const socket: MatchGenerator<'socket'> = {
  families: [4, 6],
  draw: () =>
    fc.record(
      { kind: fc.constant('socket' as const), source: fc.constant(nowhere), transparent: flag(), nowildcard: flag(), restoreMark: flag() },
      { requiredKeys: ['kind', 'source'] },
    ),
};
