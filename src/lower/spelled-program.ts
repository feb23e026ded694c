import { networkHeaderBytes, reaches, trailingZeros, wordIn, type BpfInstruction, type Family, type Interval, type Predicate, type Word } from '../ir/index.js';
import { and, complement, normalise, or } from '../ir/predicate.js';
import { isFromNetworkHeader, loadOffsets } from './load-offsets.js';

/** Ways through a program, to its end, that are followed; and values that one register is tried with. */
const mostWays = 400;
const mostAlternatives = 64;
const mostValues = 16;

/** What a register holds: a number, or bits of a word of the packet: `(word & mask) >> shift`; a negative shift goes to the left. */
type Value = bigint | { readonly word: Word; readonly mask: bigint; readonly shift: bigint };

/** What one way has found out about a word: that it is there, and in which intervals it lies under masks. */
interface Fact {
  readonly word: Word;
  readonly mask: bigint;
  readonly intervals: readonly Interval[];
}
type Facts = ReadonlyMap<string, Fact>;

interface State {
  readonly at: number;
  readonly a: Value;
  readonly x: Value;
  readonly cells: ReadonlyMap<number, Value>;
  readonly facts: Facts;
}

const keyOf = ({ offset, size }: Word, mask: bigint): string => `${offset} ${size} ${mask}`;
const all = (size: number): bigint => (1n << BigInt(size * 8)) - 1n;
const full = 0xffff_ffffn;

/** Thrown where a program is none that a few tests say, caught below. */
const tooMuch = Symbol('more than a few tests');

/**
 * A classic BPF program as tests of fields and bytes: every way through it that ends with something else than 0, and what it has
 * compared on it. An index that hangs on a few bits, such as the length of the IPv4 header, is tried with each of their values.
 * Undefined where it takes more than a few tests, or does arithmetic on what it has read.
 */
export function spelledProgram(instructions: readonly BpfInstruction[], family: Family): Predicate | undefined {
  try {
    const ways = merged(follow(instructions, family));
    return ways.length > mostAlternatives ? undefined : or(ways.map((facts) => spelled(facts, family)));
  } catch (reason) {
    if (reason === tooMuch) return undefined;
    throw reason;
  }
}

/** The facts of every way that ends with something else than 0. */
function follow(instructions: readonly BpfInstruction[], family: Family): readonly Facts[] {
  const accepted: Facts[] = [];
  const open: State[] = [{ at: 0, a: 0n, x: 0n, cells: new Map(), facts: new Map() }];
  let ways = 0;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const instruction = instructions[state.at];
    if (instruction === undefined) continue;
    const { code, operand } = instruction;
    if ((code & 7) === 6) {
      ways += 1;
      if (ways > mostWays) throw tooMuch;
      const { holds } = compared(0x20, (code & 0x18) === 0x10 ? state.a : BigInt(operand), 0n, state.facts);
      if (holds !== undefined) accepted.push(holds);
      continue;
    }
    open.push(...next(instruction, state, family));
  }
  return accepted;
}

function next({ code, operand, jumpTrue, jumpFalse }: BpfInstruction, state: State, family: Family): readonly State[] {
  const on = { ...state, at: state.at + 1 };
  const number = BigInt(operand);
  switch (code & 7) {
    case 0:
    case 1:
      return load({ code, operand }, on, family);
    case 2:
      return [{ ...on, cells: new Map([...state.cells, [operand, state.a]]) }];
    case 3:
      return [{ ...on, cells: new Map([...state.cells, [operand, state.x]]) }];
    case 4:
      return calculated(code & 0xf0, (code & 8) === 0 ? number : undefined, on, family);
    case 5: {
      if ((code & 0xf0) === 0) return [{ ...on, at: on.at + operand }];
      if (jumpTrue === jumpFalse) return [{ ...on, at: on.at + jumpTrue }];
      return (code & 8) === 0 ? branches(code & 0xf0, number, jumpTrue, jumpFalse, on) : settled('x', on, family).flatMap((one) => branches(code & 0xf0, numberIn(one.x), jumpTrue, jumpFalse, one));
    }
    default:
      return [(code & 0x80) === 0 ? { ...on, x: state.a } : { ...on, a: state.x }];
  }
}

function branches(operation: number, other: bigint, jumpTrue: number, jumpFalse: number, on: State): readonly State[] {
  const { holds, fails } = compared(operation, on.a, other, on.facts);
  return [
    ...(fails === undefined ? [] : [{ ...on, at: on.at + jumpFalse, facts: fails }]),
    ...(holds === undefined ? [] : [{ ...on, at: on.at + jumpTrue, facts: holds }]),
  ];
}

/** Where a load begins in the packet: offsets of the upper part count from the network header, as plain ones do here. */
const placeOf = (offset: number): number => (isFromNetworkHeader(offset) ? offset - loadOffsets.network : offset);

/** No packet is as long. */
const beyond = 0x2_0000;

function load({ code, operand }: Pick<BpfInstruction, 'code' | 'operand'>, on: State, family: Family): readonly State[] {
  const into = (value: Value, state: State = on): State => ((code & 7) === 0 ? { ...state, a: value } : { ...state, x: value });
  const size = [4, 2, 1][(code >> 3) & 3] ?? 4;
  const packet = (offset: number, width: number, mask: bigint, shift: bigint, state: State): readonly State[] => {
    const word = { offset: placeOf(offset), size: width };
    if (word.offset + width > beyond) return [];
    const key = keyOf(word, 0n);
    const facts = state.facts.has(key) ? state.facts : new Map([...state.facts, [key, { word, mask: 0n, intervals: [{ min: 0n, max: 0n }] }]]);
    const value = { word, mask, shift };
    return [into(known(value, facts) ?? value, { ...state, facts })];
  };
  switch (code & 0xe0) {
    case 0x00:
      return [into(BigInt(operand))];
    case 0x20:
      return packet(operand, size, all(size), 0n, on);
    case 0x40:
      return settled('x', on, family).flatMap((one) => packet(Number((numberIn(one.x) + BigInt(operand)) & full), size, all(size), 0n, one));
    case 0x60:
      return [into(on.cells.get(operand) ?? 0n)];
    case 0xa0:
      return packet(operand, 1, 0x0fn, -2n, on);
    default:
      throw tooMuch;
  }
}

/** `other` is absent where the operation takes X. */
function calculated(operation: number, other: bigint | undefined, on: State, family: Family): readonly State[] {
  if (other === undefined) return settled('x', on, family).flatMap((one) => calculated(operation, numberIn(one.x), one, family));
  const shifted = other & 31n;
  const { a } = on;
  if (typeof a !== 'bigint') {
    const bits = operation === 0x50 ? masked(a, other) : operation === 0x60 ? moved(a, -shifted) : operation === 0x70 ? moved(a, shifted) : undefined;
    if (bits === undefined) return settled('a', on, family).flatMap((one) => calculated(operation, other, one, family));
    return [{ ...on, a: bits.mask === 0n ? 0n : (known(bits, on.facts) ?? bits) }];
  }
  const results: Readonly<Record<number, () => bigint>> = {
    0x00: () => a + other, 0x10: () => a - other, 0x20: () => a * other, 0x40: () => a | other, 0x50: () => a & other, 0x60: () => a << shifted, 0x70: () => a >> shifted, 0xa0: () => a ^ other,
  };
  const result = results[operation];
  if (result === undefined) throw tooMuch;
  return [{ ...on, a: BigInt.asUintN(32, result()) }];
}

type Bits = Exclude<Value, bigint>;

const masked = ({ word, mask, shift }: Bits, by: bigint): Bits => ({ word, shift, mask: mask & (shift >= 0n ? by << shift : by >> -shift) });

/** To the right by so many bits; what falls off either end of 32 bits is gone. */
function moved({ word, mask, shift }: Bits, by: bigint): Bits {
  const now = shift + by;
  if (now <= -32n) return { word, shift: 0n, mask: 0n };
  return { word, shift: now, mask: now >= 0n ? (mask >> now) << now : mask & ((1n << (32n + now)) - 1n) };
}

/** The number, where the facts leave no other. */
function known({ word, mask, shift }: Bits, facts: Facts): bigint | undefined {
  for (const fact of facts.values()) {
    const [only, ...more] = fact.intervals;
    if (fact.word.offset !== word.offset || fact.word.size !== word.size || (mask & ~fact.mask) !== 0n || only === undefined || more.length > 0 || only.min !== only.max) continue;
    return at({ mask, shift }, only.min);
  }
  return undefined;
}

const at = ({ mask, shift }: Pick<Bits, 'mask' | 'shift'>, word: bigint): bigint => (shift >= 0n ? (word & mask) >> shift : (word & mask) << -shift);

const numberIn = (value: Value): bigint => {
  if (typeof value === 'bigint') return value;
  throw new Error('a register that is not settled');
};

/** One state for each number that the register may hold. */
function settled(register: 'a' | 'x', state: State, family: Family): readonly State[] {
  const value = state[register];
  if (typeof value === 'bigint') return [state];
  const values = valuesUnder(value.mask);
  return values.flatMap((word) => {
    if (!isMet(value.word, value.mask, word, family)) return [];
    const facts = narrowedTo(state.facts, value, [{ min: word, max: word }]);
    if (facts === undefined) return [];
    // Both registers may hold bits of the word.
    const now = (one: Value): Value => (typeof one === 'bigint' ? one : (known(one, facts) ?? one));
    return [{ ...state, a: now(state.a), x: now(state.x), facts }];
  });
}

function valuesUnder(mask: bigint): readonly bigint[] {
  const values: bigint[] = [];
  for (let word = mask; ; word = (word - 1n) & mask) {
    values.unshift(word);
    if (values.length > mostValues) throw tooMuch;
    if (word === 0n) return values;
  }
}

/** The first byte says the version, and in IPv4 a header of five words at least. */
function isMet({ offset, size }: Word, mask: bigint, word: bigint, family: Family): boolean {
  if (offset !== 0) return true;
  const behind = BigInt((size - 1) * 8);
  const [bits, value] = [mask >> behind, word >> behind];
  if ((value & 0xf0n) !== (bits & BigInt(family << 4))) return false;
  return family === 6 || (bits & 0x0fn) !== 0x0fn || (value & 0x0fn) >= BigInt(networkHeaderBytes[4] / 4);
}

/** What is known on the ways on which the comparison holds and fails; undefined where there is no such way. */
function compared(operation: number, value: Value, other: bigint, facts: Facts): { readonly holds?: Facts; readonly fails?: Facts } {
  if (typeof value === 'bigint') {
    const holds = operation === 0x10 ? value === other : operation === 0x20 ? value > other : operation === 0x30 ? value >= other : (value & other) !== 0n;
    return holds ? { holds: facts } : { fails: facts };
  }
  if (operation === 0x40) {
    const some = masked(value, other);
    return some.mask === 0n ? { fails: facts } : compared(0x20, known(some, facts) ?? some, 0n, facts);
  }
  const { mask, shift } = value;
  // From the register's numbers to the word's, which has zeros below a shift to the right.
  const [up, down] = shift >= 0n ? [(number: bigint) => number << shift, (number: bigint) => number << shift] : [(number: bigint) => -(-number >> -shift), (number: bigint) => number >> -shift];
  const inside = operation === 0x10 ? [{ min: up(other), max: down(other) }] : [{ min: up(operation === 0x20 ? other + 1n : other), max: mask }];
  const met = normalise(inside, mask);
  const [holds, fails] = [met, complement(met, mask)].map((intervals) => narrowedTo(facts, value, intervals));
  return { ...(holds === undefined ? {} : { holds }), ...(fails === undefined ? {} : { fails }) };
}

/** The facts and that the bits lie in the intervals; undefined where they cannot. */
function narrowedTo(facts: Facts, { word, mask }: Bits, intervals: readonly Interval[]): Facts | undefined {
  const key = keyOf(word, mask);
  const before = facts.get(key)?.intervals ?? [{ min: 0n, max: mask }];
  // Of the numbers between two that the mask lets through there are none.
  const step = BigInt(trailingZeros(mask));
  const met = intervals.map(({ min, max }) => ({ min: -(-min >> step) << step, max: (max >> step) << step }));
  const both = normalise(before.flatMap((one) => met.map((other) => ({ min: one.min > other.min ? one.min : other.min, max: one.max < other.max ? one.max : other.max }))), mask);
  return both.length === 0 ? undefined : new Map([...facts, [key, { word, mask, intervals: both }]]);
}

/** Ways that differ in the intervals of one word alone are one. */
function merged(ways: readonly Facts[]): readonly Facts[] {
  const kept: Facts[] = [];
  for (const way of ways) {
    const index = kept.findIndex((other) => other.size === way.size && differing(other, way).length <= 1);
    const other = kept[index];
    if (other === undefined) {
      kept.push(way);
      continue;
    }
    kept[index] = new Map([...other].map(([key, fact]) => [key, { ...fact, intervals: normalise([...fact.intervals, ...(way.get(key)?.intervals ?? [])], fact.mask) }]));
  }
  return kept;
}

const intervalsText = (fact: Fact | undefined): string => (fact === undefined ? '' : fact.intervals.map(({ min, max }) => `${min}-${max}`).join());
const differing = (one: Facts, other: Facts): readonly string[] => [...one.keys()].filter((key) => !other.has(key) || intervalsText(one.get(key)) !== intervalsText(other.get(key)));

/** What is asked of a word says that it is there. */
function spelled(facts: Facts, family: Family): Predicate {
  const asked = [...facts.values()].map(({ word, mask, intervals }) => ({ word, bare: mask === 0n, predicate: mask === 0n ? reaches(word, family) : wordIn(word, family, mask, intervals) }));
  return and(asked.filter(({ word, bare }) => !bare || !asked.some((other) => !other.bare && other.word.offset === word.offset && other.word.size === word.size)).map(({ predicate }) => predicate));
}
