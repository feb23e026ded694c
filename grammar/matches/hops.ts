import type { DecodeContext, OptionSpec, OptionUse } from '../extension.js';
import { readNumber, u8 } from '../values/number.js';
import { readUses } from '../values/uses.js';

/** What `-m ttl` and `-m hl` test alike. */
export interface HopsTest {
  readonly comparison: 'eq' | 'ne' | 'lt' | 'gt';
  readonly value: number;
}

/** The three options of ttl or hl; exactly one of them, and only equality takes `!`. */
export function hopsOptions(name: 'ttl' | 'hl'): readonly OptionSpec[] {
  const others = (own: string): string[] => ['eq', 'lt', 'gt'].filter((one) => one !== own).map((one) => `${name}-${one}`);
  return [
    { name: `${name}-lt`, arity: 1, excludes: others('lt') },
    { name: `${name}-gt`, arity: 1, excludes: others('gt') },
    { name: `${name}-eq`, aliases: [name], arity: 1, negatable: true, excludes: others('eq') },
  ];
}

export function decodeHops(name: 'ttl' | 'hl', given: readonly OptionUse[], context: DecodeContext): HopsTest | undefined {
  const uses = readUses(given);
  for (const comparison of ['eq', 'lt', 'gt'] as const) {
    const test = uses.test(`${name}-${comparison}`, (word) => readNumber(word, context, u8));
    if (test !== undefined) return { comparison: test.negated ? 'ne' : comparison, value: test.value };
  }
  if (!uses.failed) context.report('option-needed', { extension: name, options: `--${name}-eq, --${name}-lt or --${name}-gt` });
  return undefined;
}

export const printHops = (name: 'ttl' | 'hl', { comparison, value }: HopsTest): string =>
  comparison === 'ne' ? ` ! --${name}-eq ${value}` : ` --${name}-${comparison} ${value}`;
