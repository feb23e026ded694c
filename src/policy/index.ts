import type { Family, Topology } from '../ir/index.js';
import { shareOf } from '../verify/cover.js';
import type { Judgement, ReadableCube, Side, Witness } from '../verify/result.js';
import { spelledOut } from '../verify/spelled.js';
import type { Input } from '../verify/sides.js';
import { readableRegion } from '../verify/words/cube.js';
import { checkPolicy, type PolicyProof, type Violation } from './check.js';
import { show } from './witness.js';
import type { Statement } from './statement.js';
import { defaultBudget } from '../verify/verify.js';
import { hostFacts } from './own.js';

export { readPolicy } from './read.js';
export type { Statement } from './statement.js';

export interface PolicyOptions {
  /** Nodes that one attempt of a decision diagram may make. */
  readonly budget?: number;
  /** Parts that each region is told in at most; 6 unless given. */
  readonly cubes?: number;
  /** The host: which addresses are its own. Else any may be, but for those that DNAT names. */
  readonly topology?: Topology;
  progress?(file: string, line: number): void;
}

/** One way on which a statement fails. */
export interface PolicyFailure {
  readonly way: Violation['way'];
  readonly hook: Violation['hook'];
  readonly witness?: Witness;
  readonly judgement?: Judgement;
  /** Which of the statement's packets; `every packet` where it is all of them. */
  readonly region: readonly ReadableCube[];
  readonly complete: boolean;
  /** Part of the statement's packets, between 0 and 1. */
  readonly share: number;
}

/** What came of one statement in one family. It holds where nothing fails. */
export interface PolicyAnswer {
  readonly statement: Statement;
  readonly family: Family;
  readonly failures: readonly PolicyFailure[];
}

export type PolicyOutcome =
  /** `vacuous`: statements that speak of no packet at all. */
  | { readonly kind: 'answered'; readonly answers: readonly PolicyAnswer[]; readonly vacuous: readonly Statement[] }
  | { readonly kind: 'gave-up'; readonly nodes: number; readonly file: string; readonly line: number };

/** Asks every statement of all packets and states that the rules may meet. */
export function askPolicy(input: Input, statements: readonly Statement[], { budget = defaultBudget, cubes = 6, topology, progress }: PolicyOptions = {}): PolicyOutcome {
  const answers: PolicyAnswer[] = [];
  const speakers = new Set<Statement>();
  for (const side of input.sides) {
    const ruleset = spelledOut(side.core, side.sets);
    const checked = checkPolicy(ruleset, statements, { budget, progress: (line) => progress?.(side.file, line), ...(topology === undefined ? {} : { host: hostFacts(topology, ruleset.family) }) });
    if (checked.kind === 'gave-up') return { kind: 'gave-up', nodes: checked.nodes, file: side.file, line: checked.line };
    const { violations, vacuous, proof } = checked;
    for (const statement of statements) {
      if (vacuous.includes(statement)) continue;
      speakers.add(statement);
      const failures = violations.filter((violation) => violation.statement === statement).map((violation) => failureOf(violation, proof, side, { cubes, topology }));
      answers.push({ statement, family: ruleset.family, failures });
    }
  }
  return { kind: 'answered', answers: answers.toSorted((a, b) => statements.indexOf(a.statement) - statements.indexOf(b.statement)), vacuous: statements.filter((statement) => !speakers.has(statement)) };
}

function failureOf(violation: Violation, proof: PolicyProof, side: Side, { cubes, topology }: { readonly cubes: number; readonly topology: Topology | undefined }): PolicyFailure {
  const { way, hook, region, possible } = violation;
  const speech = { ...proof, opaqueText: (identity: string) => side.opaqueText(identity) };
  return { way, hook, ...show(violation, proof, side, topology), ...readableRegion(proof.bdd.and(region, possible), possible, cubes, speech), share: shareOf(proof.bdd, region, possible) };
}
