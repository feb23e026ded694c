import { expect } from 'vitest';
import type { Family } from '../../src/ir/index.js';
import type { Difference, Verification } from '../../src/verify/result.js';
import { readInput } from '../../src/verify/read.js';
import type { Input } from '../../src/verify/sides.js';
import { verify, type VerifyOptions } from '../../src/verify/verify.js';

/** A dump with one table around some lines. */
export const table = (name: string, ...lines: readonly string[]): string => `*${name}\n${lines.map((line) => `${line}\n`).join('')}COMMIT\n`;

export function inputOf(text: string, family: Family = 4, file = 'rules'): Input {
  const { value, diagnostics } = readInput(text, { file, family });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (value === undefined) throw new Error('unreadable');
  return value;
}

export const compared = (left: string, right: string, options: VerifyOptions = {}): Verification => verify(inputOf(left, 4, 'left'), inputOf(right, 4, 'right'), options);

/** The differences of two dumps, of which there must be some. */
export function differences(left: string, right: string, options: VerifyOptions = {}): readonly Difference[] {
  const verification = compared(left, right, options);
  if (verification.kind !== 'different') throw new Error(`they are ${verification.kind}`);
  return verification.differences;
}
