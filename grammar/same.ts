import type { Rule } from '../src/ir/index.js';

/**
 * Text that two rules share exactly when the kernel's tools take them for the same in `-D`: everything but where they were written
 * and their counters.
 */
export function ruleKey(rule: Rule): string {
  return JSON.stringify({ conditions: rule.conditions, matches: rule.matches, jump: rule.jump }, (name, value: unknown) =>
    name === 'source' && isPlace(value) ? undefined : typeof value === 'bigint' ? `${value}n` : sorted(value),
  );
}

const isPlace = (value: unknown): boolean => typeof value === 'object' && value !== null && 'endColumn' in value;

/** The order in which a decoder set an object's properties does not count. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)));
}
