import type { Family, Fingerprint, Hook, NamedSet, Range, TableName } from '../../ir/index.js';
import type { Draft, Edit } from '../draft.js';
import type { ProbeHost } from '../host.js';

/**
 * One condition of a rule as something to aim at: whether a draft meets it, and edits that lead just inside and just outside.
 * Neither list promises anything; whoever applies an edit asks `holds` again.
 */
export interface Aim {
  holds(draft: Draft): boolean;
  readonly inside: readonly Edit[];
  readonly outside: readonly Edit[];
}

/** Where the rule stands, and on which host. */
export interface AimContext {
  readonly family: Family;
  readonly table: TableName;
  readonly hook: Hook;
  readonly host: ProbeHost;
  readonly sets: ReadonlyMap<string, NamedSet>;
  readonly fingerprints?: readonly Fingerprint[];
  /** Drafts may override connection tracking. */
  readonly states: boolean;
}

/** The same condition under `!`. A test that cannot be read at all (`readable` false) fails either way. */
export function negatable(negated: boolean, aim: Aim, readable: (draft: Draft) => boolean = () => true): Aim {
  if (!negated) return { ...aim, holds: (draft) => readable(draft) && aim.holds(draft) };
  return { holds: (draft) => readable(draft) && !aim.holds(draft), inside: aim.outside, outside: aim.inside };
}

/** Numbers at the edges of a range: the first and last inside, their neighbours outside, all within 0 to `limit`. */
export function edges({ min, max }: Range, limit: number): { readonly inside: readonly number[]; readonly outside: readonly number[] } {
  const within = (value: number): boolean => value >= 0 && value <= limit;
  const inside = min > max ? [] : [...new Set([min, max, ...(max - min > 2 ? [min + 1] : [])])].filter(within);
  const outside = min > max ? [min, max] : [min - 1, max + 1];
  return { inside, outside: outside.filter(within) };
}

/** An aim at a range of numbers in one place of the draft. */
export function rangeAim(range: Range, limit: number, read: (draft: Draft) => number, write: (value: number) => Edit): Aim {
  const { inside, outside } = edges(range, limit);
  return { holds: (draft) => read(draft) >= range.min && read(draft) <= range.max, inside: inside.map(write), outside: outside.map(write) };
}

/** A condition that no packet decides: rates, counters, comments, and what only stays in print. */
export const neutral: Aim = { holds: () => true, inside: [], outside: [] };

/** A condition that a first packet does not meet, whatever it is. */
export const never: Aim = { holds: () => false, inside: [], outside: [] };
