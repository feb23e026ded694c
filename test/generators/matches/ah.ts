import fc from 'fast-check';
import { anyRange, flag, keptRange, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const u32 = 0xffff_ffff;
const base = { kind: fc.constant('ah' as const), source: fc.constant(nowhere), spi: keptRange(anyRange(u32), u32) };
const wide = { ...base, length: test(number(u32)).filter(({ value, negated }) => negated || value !== 0), reserved: flag() };

export const ah: MatchGenerator<'ah'> = {
  families: [4, 6],
  draw: (family) => (family === 4 ? fc.record(base, { requiredKeys: ['kind', 'source'] }) : fc.record(wide, { requiredKeys: ['kind', 'source'] })),
};
