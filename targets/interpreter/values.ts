import type { Masked, Range } from '../../src/ir/index.js';

export const inRange = (value: number, { min, max }: Range): boolean => value >= min && value <= max;

/** Bits of the value outside the mask make it unsatisfiable. */
export const underMask = (field: number, { value, mask }: Masked): boolean => (field & mask) >>> 0 === value;

export function compares(field: number, comparison: 'eq' | 'ne' | 'lt' | 'gt', value: number): boolean {
  switch (comparison) {
    case 'eq':
      return field === value;
    case 'ne':
      return field !== value;
    case 'lt':
      return field < value;
    case 'gt':
      return field > value;
  }
}

/** `(old & ~mask) ^ value` on 32 bits. */
export const xorUnder = (old: number, { value, mask }: Masked): number => ((old & ~mask) ^ value) >>> 0;
