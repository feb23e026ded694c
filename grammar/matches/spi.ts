import type { Range, Test } from '../../src/ir/index.js';
import type { DecodeContext, Word } from '../extension.js';
import { readRange, u32 } from '../values/number.js';
import { formatPortRange } from '../values/port.js';
import { printTest } from '../values/uses.js';

/** A range of security parameter indexes; reversed ends are legal and match nothing. */
export function readSpi(word: Word, context: DecodeContext): Range | undefined {
  const range = readRange(word, context, u32);
  return range === undefined ? undefined : { min: range.min, max: range.max };
}

const full = ({ min, max }: Range): boolean => min === 0 && max === u32;

/** The whole range tests nothing, and the kernel keeps no trace of it. */
export const testedSpi = (spi: Test<Range> | undefined): Test<Range> | undefined =>
  spi !== undefined && full(spi.value) && !spi.negated ? undefined : spi;

export const printSpi = (option: string, spi: Test<Range> | undefined): string => printTest(option, spi, formatPortRange);

export const lossySpi = (option: string, spi: Test<Range> | undefined): string | undefined =>
  spi !== undefined && full(spi.value) ? `iptables-save leaves out ! --${option} 0:4294967295, which never matches` : undefined;
