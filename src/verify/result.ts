import type { AssumptionId, CoreRuleset, Family, Hook, NamedSet, Outcome, PacketInput, Topology, TraceStep } from '../ir/index.js';
import type { RuleEngine } from '../stack/index.js';

/** One side of a comparison, in one family: what it says, and something that judges single packets by it. */
export interface Side {
  readonly file: string;
  readonly core: CoreRuleset;
  readonly sets: readonly NamedSet[];
  /** Each call makes a fresh engine, without rate or counter state. `chance` says how tests by chance end. */
  engine(chance?: () => boolean): RuleEngine;
  /** What the numbers of its rules are: lines of its file, or, where the file has no lines of rules, nft's own handles. */
  readonly numbering: 'line' | 'handle';
  /** The rule or policy of a step as its file has it; undefined where it has no text. */
  ruleText(step: TraceStep): string | undefined;
  /** The text of a test that the core has no predicate for, by its identity. */
  opaqueText(identity: string): string | undefined;
}

/** A connection that stands when the rules are loaded: packets that come before them, where nothing filters, and the mark that its entry is left with. */
export interface Standing {
  readonly packets: readonly PacketInput[];
  readonly mark: number;
}

/**
 * One packet on which two sides differ. `before`: packets to be sent first, in order, so that the connection exists that the
 * difference needs; `standing`: that connection is there already, since neither side lets it begin. `replayable`: a kernel with either rule set judges it as `left` and `right` say; where it is false, `hangsOn`
 * names the rate, clock, socket or set that decides.
 */
export interface Witness {
  /** In the words of `ferrule trace --packet`. */
  readonly words: string;
  readonly packet: PacketInput;
  readonly topology: Topology;
  readonly before: readonly PacketInput[];
  readonly standing?: Standing;
  readonly replayable: boolean;
  readonly hangsOn?: string;
}

/** What one side makes of the witness. `deciding`: the step that settled it; absent where no rule was asked. */
export interface Judgement {
  /** For a person: `dropped in INPUT`. */
  readonly outcome: string;
  readonly path: readonly TraceStep[];
  readonly deciding?: TraceStep;
  /** The whole fate of the packet, where it was followed through the host. */
  readonly fate?: Outcome;
}

/** A part of the region: for each dimension that matters the values it may have, as a person writes them: prefixes, ranges, names. */
export interface ReadableCube {
  readonly dimensions: readonly { readonly name: string; readonly values: readonly string[] }[];
}

export interface Difference {
  readonly family: Family;
  readonly hook: Hook;
  /** `verdict`: the packet lives on one side and dies on the other, or another reject is sent; `effect`: logs, marks, translation, header writes. */
  readonly kind: 'verdict' | 'effect';
  /** Absent where no packet can be built that comes to the region. */
  readonly witness?: Witness;
  readonly left: Judgement;
  readonly right: Judgement;
  readonly region: readonly ReadableCube[];
  /** Whether the cubes are the whole region. */
  readonly complete: boolean;
  /** Part of all packets and states that can come to the hook, between 0 and 1. */
  readonly share: number;
}

/** A test that both sides ask and the proof does not look into: it may answer either way, but the same on both sides. */
export interface SharedTest {
  readonly kind: 'opaque';
  readonly text: string;
}

export interface AcceptedAssumption {
  readonly kind: 'assumption';
  readonly id: AssumptionId;
}

export type Modulo = SharedTest | AcceptedAssumption;

/** What was compared: one hook of one family. */
export interface ComparedHook {
  readonly family: Family;
  readonly hook: Hook;
}

export type Verification =
  | { readonly kind: 'equivalent'; readonly modulo: readonly Modulo[]; readonly compared: readonly ComparedHook[]; readonly notes: readonly string[] }
  | { readonly kind: 'different'; readonly modulo: readonly Modulo[]; readonly compared: readonly ComparedHook[]; readonly differences: readonly Difference[]; readonly notes: readonly string[] }
  /** `rule` is where the last attempt was, `fields` what its diagram asks most. */
  | { readonly kind: 'gave-up'; readonly nodes: number; readonly file: string; readonly line: number; readonly fields: readonly string[] };
