import fc from 'fast-check';
import { flag, number, test, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const pair = (max: number) => fc.record({ first: number(max), second: number(max) });

export const rateest: MatchGenerator<'rateest'> = {
  families: [4, 6],
  draw: () =>
    fc
      .record(
        {
          kind: fc.constant('rateest' as const),
          source: fc.constant(nowhere),
          name: text(15, 1),
          other: text(15, 1),
          delta: flag(),
          comparison: test(fc.constantFrom('lt' as const, 'gt' as const, 'eq' as const)),
          bytes: pair(0xffff_ffff),
          packets: pair(0xffff_ffff),
        },
        { requiredKeys: ['kind', 'source', 'name', 'comparison'] },
      )
      .filter(({ bytes, packets }) => bytes !== undefined || packets !== undefined)
      .map((match) => {
        const looked = ({ first, second }: { readonly first: number; readonly second: number }) =>
          match.delta === true ? { first, second } : { first: 0, second: match.other === undefined ? second : 0 };
        return {
          ...match,
          ...(match.bytes === undefined ? {} : { bytes: looked(match.bytes) }),
          ...(match.packets === undefined ? {} : { packets: looked(match.packets) }),
        };
      }),
};
