import type { DecodeContext, OptionSpec, OptionUse } from '../extension.js';
import { readNumber, u8 } from '../values/number.js';
import { readUses } from '../values/uses.js';

/** What TTL and HL do alike; a step of 0 is refused. */
export interface HopsChange {
  readonly operation: 'set' | 'inc' | 'dec';
  readonly value: number;
}

const operations = ['set', 'dec', 'inc'] as const;

export const hopsOptions = (name: 'ttl' | 'hl'): readonly OptionSpec[] =>
  operations.map((own) => ({
    name: `${name}-${own}`,
    arity: 1,
    excludes: operations.filter((other) => other !== own).map((other) => `${name}-${other}`),
  }));

export function decodeHops(name: 'ttl' | 'hl', given: readonly OptionUse[], context: DecodeContext): HopsChange | undefined {
  const uses = readUses(given);
  for (const operation of operations) {
    const value = uses.value(`${name}-${operation}`, (word) => readNumber(word, context, u8, operation === 'set' ? 0 : 1));
    if (value !== undefined) return { operation, value };
  }
  if (!uses.failed) {
    context.report('option-needed', { extension: name.toUpperCase(), options: operations.map((one) => `--${name}-${one}`).join(', ') });
  }
  return undefined;
}

export const hopsNeeds = { tables: ['mangle'], reason: 'is valid in the mangle table only' } as const;
