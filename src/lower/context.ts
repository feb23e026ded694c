import type { Family, FragmentAssumption, Match, MatchKind, MatchOf, Rule, Step } from '../ir/index.js';
import type { ChangedSets } from './changed-sets.js';
import type { KeyedUses } from './uses.js';

/** What the lowering of one match may know of the rule's surroundings. */
export interface MatchContext {
  readonly family: Family;
  /** Later fragments can come to this rule, but under this assumption; absent where none can. */
  readonly laterFragments?: FragmentAssumption;
  /** The rule in which it stands. */
  readonly rule?: Rule;
  /** What all rules of the family ask of tables of keys; absent where a match is looked at by itself. */
  readonly uses?: KeyedUses;
  /** Sets that rules change. */
  readonly changed?: ChangedSets;
}

/** Steps in the kernel's own order of evaluation. */
export type LowerMatch<K extends MatchKind> = (match: MatchOf<K>, context: MatchContext) => readonly Step[];
export type AnyLowerMatch = LowerMatch<Match['kind']>;
