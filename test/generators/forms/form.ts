import type { Family } from '../../../src/ir/index.js';

/** Clauses of one rule as `iptables` takes them, `-p` first where it wants one; by family, or for both. */
export interface Forms {
  readonly both?: readonly string[];
  readonly 4?: readonly string[];
  readonly 6?: readonly string[];
}

/** The clause, and the same under `!` before its first option. */
export const either = (...clauses: readonly string[]): readonly string[] => clauses.flatMap((clause) => [clause, clause.replace(/ --(?!mode)/, ' ! --').replace(' --mode nth --every', ' --mode nth ! --every')]);

/** Headers: what the bytes of a packet decide. Metadata: what the host knows of it. Tracking: what conntrack does. Counted: what earlier
 * packets were. Clock: the time of day. Opaque: what only the kernel knows. Link: the frame. */
export const formGroups = ['headers', 'metadata', 'link', 'tracking', 'counted', 'clock', 'opaque'] as const;
export type FormGroup = (typeof formGroups)[number];

export const formsOf = (forms: Forms, family: Family): readonly string[] => [...(forms.both ?? []), ...(forms[family] ?? [])];
