import fc from 'fast-check';
import { flag, number, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

const draw = () =>
  fc.record(
    { kind: fc.constant('idletimer' as const), source: fc.constant(nowhere), timeout: number(2_147_482, 1), label: text(26, 1), alarm: flag() },
    { requiredKeys: ['kind', 'source', 'timeout', 'label'] },
  );

/** One label has one kind of timer, which its last letter keeps apart. */
export const idletimer: JumpGenerator<'idletimer'> = {
  families: [4, 6],
  draw: () => draw().map((jump) => ({ ...jump, label: `${jump.label}${jump.alarm === true ? 'A' : 't'}` })),
};
