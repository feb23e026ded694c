import fc from 'fast-check';
import { prefixMask, type AddressMask } from '../../../src/ir/index.js';
import { address, number } from '../arbitraries.js';

/** A prefix of 1 to 64 bits with nothing behind it. */
export const npt: fc.Arbitrary<AddressMask> = fc.tuple(address(6), number(64, 1)).map(([whole, length]) => {
  const mask = prefixMask(6, length);
  return { address: whole & mask, mask };
});
