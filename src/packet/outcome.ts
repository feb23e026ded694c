import type { Outcome } from '../ir/index.js';
import { toHex } from './bytes.js';

/**
 * An outcome as the contract's JSON line, without its line end. All keys are always there; what does not apply is null. `unknown` names the
 * rule at which judging stopped, where it did.
 */
export function formatOutcome(outcome: Outcome): string {
  return JSON.stringify({
    id: outcome.id,
    verdict: outcome.verdict,
    stage: outcome.stage ?? null,
    out: outcome.out ?? null,
    mark: outcome.mark ?? null,
    hex: outcome.bytes === undefined ? null : toHex(outcome.bytes),
    replies: outcome.replies.map(toHex),
    ...(outcome.unknown === undefined ? {} : { unknown: { extension: outcome.unknown.extension, reason: outcome.unknown.reason, table: outcome.unknown.table, chain: outcome.unknown.chain, rule: outcome.unknown.rule, line: outcome.unknown.source.line } }),
    path: outcome.path.map(({ hook, table, chain, rule, line, result }) => ({ hook, table, chain, rule, line, result })),
  });
}
