import fc from 'fast-check';
import { flag, number, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const log: JumpGenerator<'log'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('log' as const),
      source: fc.constant(nowhere),
      prefix: text(29, 1),
      level: number(7),
      tcpSequence: flag(),
      tcpOptions: flag(),
      ipOptions: flag(),
      uid: flag(),
      macdecode: flag(),
    }, { requiredKeys: ['kind', 'source', 'level'] }),
};
