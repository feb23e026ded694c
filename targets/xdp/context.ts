import type { Diagnostic } from '../../src/diagnostics/index.js';
import type { AssumptionId, Family, Field, Hook, NamedSet, TableName } from '../../src/ir/index.js';
import type { CFunction } from './ast.js';
import type { Host } from './host.js';

/** What rules before the one in question may have changed, so that the frame no longer tells it; `tracking` is what raw attaches. */
export type Rewritten = Field | 'tcp-options' | 'tracking';

/** Where a predicate is asked, and what is known there. */
export interface Scene {
  readonly family: Family;
  readonly table: TableName;
  readonly hook: Hook;
  /** Why a part of the packet is no longer what the frame says. */
  readonly rewritten: ReadonlyMap<Rewritten, string>;
  readonly host: Host;
  readonly interface?: string;
  /** Sets that may be compiled in. */
  readonly sets: ReadonlyMap<string, NamedSet>;
  /**
   * Has a question answered once for every packet, before the rules: `body` is the C of a function of context and packet that returns 0
   * or 1. The number of its bit in `answers`; undefined where there are too many questions.
   */
  answer(key: string, family: Family, body: (name: string) => readonly string[]): number | undefined;
  /** Records that the output rests on an assumption. */
  assume(id: AssumptionId): void;
}

/** A question that a walk over the packet's bytes answers, as C. */
export interface Answer {
  readonly family: Family;
  readonly bit: number;
  readonly name: string;
  readonly text: readonly string[];
}

/** What tests that count are in C: functions of the packet, the counter's number and two numbers of the rule. */
export type CounterKind = 'nth' | 'quota' | 'limit';

/** The counter of one test of one rule. */
export interface Counter {
  readonly family: Family;
  readonly kind: CounterKind;
  readonly number: number;
}

/** What one compilation gathers. */
export interface Session {
  readonly mode: 'prefilter' | 'exact';
  readonly functions: CFunction[];
  /** Calls between functions, for the depth of the call graph. */
  readonly calls: Map<string, Set<string>>;
  /** Functions of chains that were cut into parts, hence one frame deeper than their calls say. */
  readonly cutChains: Set<string>;
  readonly assumptions: Set<AssumptionId>;
  readonly answers: Map<string, Answer>;
  /** By the place of the test, so that a rule which is reached in two ways has one. */
  readonly counters: Map<string, Counter>;
  /** Whether the program may count in the kernel's stead. */
  readonly counts: boolean;
  report(diagnostic: Diagnostic): void;
}
