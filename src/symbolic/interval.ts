import type { Interval } from '../ir/index.js';
import type { Bdd } from './bdd.js';

/**
 * The function "the number on these variables, under the mask, lies in one of the intervals": `inside` where it does, `outside`
 * elsewhere. `levels` lists the variables from the most significant bit on; bits outside the mask read as 0, as `field & mask` does.
 * Intervals are ascending, disjoint and not adjacent. Where `inside` and `outside` ask anything, that must be below all `levels`,
 * and those ascend.
 */
export function intervalsNode(bdd: Bdd, levels: readonly number[], mask: bigint, intervals: readonly Interval[], inside = 1, outside = 0): number {
  const width = levels.length;
  const [only] = intervals;
  if (only !== undefined && intervals.length === 1 && ascends(levels)) {
    const fixed = width - sizeBits(only, width);
    if (fixed <= width) return prefixNode(bdd, levels, mask, only.min, fixed, inside, outside);
  }
  const masked = words([mask], width);
  const bounds = boundsOf(intervals, width);
  const count = bounds.length / wordsFor(width);
  const join = ascends(levels) ? bdd.node : (level: number, low: number, high: number): number => bdd.ite(bdd.variable(level), high, low);

  /** The numbers that begin with the bits decided so far, `index` of them; of the bounds, those from `from` to before `to` lie among them. */
  const step = (index: number, from: number, to: number): number => {
    // Between two bounds nothing changes: behind an odd number of them is inside.
    if (from === to) return (from & 1) === 1 ? inside : outside;
    if (index === width) return (to & 1) === 1 ? inside : outside;
    let middle = from;
    while (middle < to && bit(bounds, width, middle, index) === 0) middle++;
    const low = step(index + 1, from, middle);
    if (bit(masked, width, 0, index) === 0) return low;
    return join(levels[index] ?? 0, low, step(index + 1, middle, to));
  };
  return step(0, 0, count);
}

/**
 * The same as literals, where one interval holds all numbers with one beginning and `levels` ascend: twice the level, and 1 more where
 * the variable must be set. Undefined elsewhere.
 */
export function beginningOf(levels: readonly number[], mask: bigint, intervals: readonly Interval[]): Int32Array | undefined {
  const width = levels.length;
  const [only] = intervals;
  if (only === undefined || intervals.length > 1 || !ascends(levels)) return undefined;
  const fixed = width - sizeBits(only, width);
  if (fixed > width) return undefined;
  const both = words([only.min, mask], width);
  const literals = new Int32Array(fixed);
  let count = 0;
  for (let index = 0; index < fixed; index++) {
    const set = bit(both, width, 0, index);
    if (bit(both, width, 1, index) === 1) literals[count++] = 2 * (levels[index] as number) + set;
    else if (set === 1) return undefined;
  }
  return literals.subarray(0, count);
}

/** Whether a boolean diagram holds anywhere with the number on these variables, under the mask, in one of the intervals. Makes no nodes where `levels` ascend. */
export function meetsIntervals(bdd: Bdd, packets: number, levels: readonly number[], mask: bigint, intervals: readonly Interval[]): boolean {
  if (!ascends(levels)) return bdd.meets(packets, intervalsNode(bdd, levels, mask, intervals));
  const width = levels.length;
  const masked = words([mask], width);
  const bounds = boundsOf(intervals, width);
  const step = (node: number, index: number, from: number, to: number): boolean => {
    if (node === 0) return false;
    if (from === to || index === width) return ((index === width ? to : from) & 1) === 1;
    const level = levels[index] ?? 0;
    const above = node === 1 ? Number.POSITIVE_INFINITY : bdd.level(node);
    if (above < level) return step(bdd.low(node), index, from, to) || step(bdd.high(node), index, from, to);
    const [low, high] = above === level ? [bdd.low(node), bdd.high(node)] : [node, node];
    let middle = from;
    while (middle < to && bit(bounds, width, middle, index) === 0) middle++;
    if (step(low, index + 1, from, middle)) return true;
    if (bit(masked, width, 0, index) === 0) return low !== high && step(high, index + 1, from, middle);
    return step(high, index + 1, middle, to);
  };
  return step(packets, 0, 0, bounds.length / wordsFor(width));
}

/** How many low bits are free in an interval that holds all numbers with one beginning; -1 where it is none. */
function sizeBits({ min, max }: Interval, width: number): number {
  if (min === max) return min >> BigInt(width) === 0n ? 0 : -1;
  const size = max - min + 1n;
  return (size & (size - 1n)) === 0n && (min & (size - 1n)) === 0n && max >> BigInt(width) === 0n ? size.toString(2).length - 1 : -1;
}

/** All numbers with one beginning, as prefixes, ports and flags mostly are: from the last bit that matters to the first. */
function prefixNode(bdd: Bdd, levels: readonly number[], mask: bigint, value: bigint, fixed: number, inside: number, outside: number): number {
  const width = levels.length;
  const both = words([value, mask], width);
  let node = inside;
  for (let index = fixed - 1; index >= 0; index--) {
    const set = bit(both, width, 0, index) === 1;
    if (bit(both, width, 1, index) === 0) {
      if (set) return outside;
    } else node = set ? bdd.node(levels[index] as number, outside, node) : bdd.node(levels[index] as number, node, outside);
  }
  return node;
}

function ascends(levels: readonly number[]): boolean {
  for (let index = 1; index < levels.length; index++) if ((levels[index] as number) <= (levels[index - 1] as number)) return false;
  return true;
}

/** Where a list of intervals begins and ends: first number in, first number out, and so on; what lies beyond the width is left out. */
const boundsOf = (intervals: readonly Interval[], width: number): Uint32Array => {
  const end = 1n << BigInt(width);
  const bounds: bigint[] = [];
  for (const { min, max } of intervals) {
    if (min < end) bounds.push(min);
    if (max + 1n < end) bounds.push(max + 1n);
  }
  return words(bounds, width);
};

const wordsFor = (width: number): number => (width + 31) >> 5;

/** Numbers of `width` bits as 32-bit words, most significant first: looking at single bits of a bigint is slow. */
function words(numbers: readonly bigint[], width: number): Uint32Array {
  const each = wordsFor(width);
  const out = new Uint32Array(numbers.length * each);
  numbers.forEach((number, index) => {
    if (each === 1) out[index] = Number(number);
    else for (let word = 0; word < each; word++) out[index * each + word] = Number(BigInt.asUintN(32, number >> BigInt(32 * (each - 1 - word))));
  });
  return out;
}

/** Bit `index` from the most significant on of one of the numbers. */
const bit = (numbers: Uint32Array, width: number, number: number, index: number): number => {
  const each = wordsFor(width);
  const position = each * 32 - width + index;
  return ((numbers[number * each + (position >> 5)] as number) >>> (31 - (position & 31))) & 1;
};
