import type { Family, Outcome, Program, TableName } from '../ir/index.js';

/** Which rules the packets that were judged have matched. */
export interface Coverage {
  readonly rules: number;
  readonly matched: number;
  /** Rules that no packet matched. `rule` counts within its chain from 1. */
  readonly missed: readonly { readonly family: Family; readonly table: TableName; readonly chain: string; readonly rule: number; readonly line: number }[];
}

/** Counts the rules that outcomes of packets of each family went through with a match. */
export function coverage(program: Program, judged: readonly { readonly family: Family; readonly outcome: Outcome }[]): Coverage {
  const seen = new Set(judged.flatMap(({ family, outcome }) => outcome.path.filter((step) => step.rule > 0 && (step.result === 'match' || step.result === 'return')).map((step) => `${family} ${step.table} ${step.rule} ${step.chain}`)));
  const all = program.rulesets.flatMap(({ family, tables }) => tables.flatMap((table) => table.chains.flatMap((chain) => chain.rules.map((rule, index) => ({ family, table: table.name, chain: chain.name, rule: index + 1, line: rule.source.line })))));
  const missed = all.filter((one) => !seen.has(`${one.family} ${one.table} ${one.rule} ${one.chain}`));
  return { rules: all.length, matched: all.length - missed.length, missed };
}
