import type { CtStateFlag, Interval, Predicate } from '../../../src/ir/index.js';
import { never } from '../../../src/ir/predicate.js';

export { always, and, constant, fieldIn, negatedIf, never, normalise, not, or, present } from '../../../src/ir/predicate.js';

export const ctState = (states: readonly CtStateFlag[]): Predicate => (states.length === 0 ? never : { kind: 'ct-state', states });

/** All ones on so many bits. */
export const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

export const holdsFor = (intervals: readonly Interval[], value: bigint): boolean => intervals.some(({ min, max }) => min <= value && value <= max);
