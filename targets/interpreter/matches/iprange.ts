import { destinationOf, sourceOf } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

export const iprange: MatchMeaning<'iprange'> = ({ sourceRange, destinationRange }, { family }) => ({ packet: { bytes } }) => {
  const within = (address: bigint, { min, max }: { readonly min: bigint; readonly max: bigint }): boolean => address >= min && address <= max;
  if (sourceRange !== undefined && within(sourceOf(bytes, family), sourceRange.value) === sourceRange.negated) return false;
  return destinationRange === undefined || within(destinationOf(bytes, family), destinationRange.value) !== destinationRange.negated;
};
