import fc from 'fast-check';
import { addressBits, prefixMask, type AddressMask, type AddressRange, type Family, type InterfacePattern, type Masked, type Range, type Test } from '../../src/ir/index.js';

/** A number up to `max` with its edges, and powers of two with theirs, drawn often. */
export function number(max: number, min = 0): fc.Arbitrary<number> {
  const edges = [min, min + 1, max - 1, max, 255, 256, 1023, 1024, 65_535].filter((value) => value >= min && value <= max);
  return fc.oneof(fc.constantFrom(...edges), fc.integer({ min, max: Math.min(max, min + 100) }), fc.nat().map((value) => min + (value % (max - min + 1))));
}

export const negatable = (): fc.Arbitrary<{ readonly negated: boolean }> => fc.record({ negated: fc.boolean() });

export const test = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Test<T>> => fc.record({ value, negated: fc.boolean() });

/** Ascending; single values and the whole range often. */
export const range = (max: number): fc.Arbitrary<Range> =>
  fc.oneof(
    number(max).map((value) => ({ min: value, max: value })),
    fc.tuple(number(max), number(max)).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
    fc.constant({ min: 0, max }),
  );

/** The ends either way round. */
export const anyRange = (max: number): fc.Arbitrary<Range> => fc.oneof(range(max), range(max).map(({ min, max: high }) => ({ min: high, max: min })));

/** A test that the kernel keeps: the whole range only when it is negated. */
export const keptRange = (ranges: fc.Arbitrary<Range>, max: number): fc.Arbitrary<Test<Range>> =>
  test(ranges).filter(({ value, negated }) => negated || value.min !== 0 || value.max !== max);

export const masked = (max: number): fc.Arbitrary<Masked> => fc.record({ value: number(max), mask: fc.oneof(fc.constant(max), number(max)) });

const big = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });

export function address(family: Family): fc.Arbitrary<bigint> {
  const bits = addressBits(family);
  const edges = family === 4 ? [0n, 1n, 0x0a000001n, 0x7f000001n, 0xffffffffn] : [0n, 1n, 0x1_0002n, 0xffff_0a00_0001n, 0x2001_0db8n << 96n, (1n << 128n) - 1n, 1n << 112n];
  const sparse = fc
    .array(fc.constantFrom(0n, 0n, 0n, 1n, 0xffffn, 0xabcn), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce<bigint>((all, group) => (all << 16n) | group, 0n) & ((1n << BigInt(bits)) - 1n));
  return fc.oneof(fc.constantFrom(...edges), big(bits), sparse);
}

export const addresses = (family: Family): fc.Arbitrary<AddressRange> => fc.record({ min: address(family), max: address(family) });

/** Under a prefix length, host bits as they come. */
export const hostMask = (family: Family): fc.Arbitrary<AddressMask> =>
  fc.record({ address: address(family), mask: number(addressBits(family)).map((length) => prefixMask(family, length)) });

/** The text of names: from plain to what has to be quoted. */
export const text = (max: number, min = 0): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ minLength: Math.max(min, 1), maxLength: Math.min(max, 12), unit: fc.constantFrom(...'abcXYZ019_-') }),
    fc.string({ minLength: min, maxLength: Math.min(max, 20), unit: fc.constantFrom(...`ab9 '"\\$;#!|,{}-`) }),
    fc.string({ minLength: max, maxLength: max, unit: fc.constantFrom(...'xyz') }),
  ).filter((value) => !/^[-!]/.test(value));

/** Names that iptables-save does not quote. */
export const bareName = (max: number): fc.Arbitrary<string> => fc.string({ minLength: 1, maxLength: max, unit: fc.constantFrom(...'abcXYZ019_-.:') }).filter((name) => /^[a-zA-Z]/.test(name));

export const interfacePattern = (): fc.Arbitrary<InterfacePattern> =>
  fc.record({ name: bareName(14), prefix: fc.boolean() });

export const flag = (): fc.Arbitrary<true> => fc.constant(true as const);

/** Some of a list in its own order, at least one. */
export const some = <T>(list: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.subarray([...list], { minLength: 1 });
