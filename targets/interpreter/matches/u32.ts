import type { U32Test } from '../../../src/ir/index.js';
import { read32 } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

const wrap = 2 ** 32;

/** The value that a location reads, or undefined where it leaves the packet. */
function locate(bytes: Uint8Array, { offset, steps }: U32Test): number | undefined {
  if (offset > bytes.length - 4) return undefined;
  let base = 0;
  let value = read32(bytes, offset);
  for (const { operator, number } of steps) {
    if (operator === 'and') value = (value & number) >>> 0;
    else if (operator === 'left') value = (value << number) >>> 0;
    else if (operator === 'right') value >>>= number;
    else {
      base += value;
      if (base + 4 >= wrap || base + 4 > bytes.length || number > bytes.length - base - 4) return undefined;
      value = read32(bytes, base + number);
    }
  }
  return value;
}

/** A location outside of the packet fails the test; `!` turns the whole. */
export const u32: MatchMeaning<'u32'> = ({ tests }) => ({ packet: { bytes } }) => {
  const hold = tests.value.every((test) => {
    const value = locate(bytes, test);
    return value !== undefined && test.values.some((range) => inRange(value, range));
  });
  return hold !== tests.negated;
};
