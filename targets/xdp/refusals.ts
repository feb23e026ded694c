import { diagnose, type Place } from '../../src/diagnostics/index.js';
import type { CoreRule, Source, Step } from '../../src/ir/index.js';
import type { Spot } from './lowering.js';

function placeOfRule(rule: CoreRule, source: Source, { lowering, chain }: Spot): Place {
  return { file: lowering.file, line: source.line, column: source.column, endColumn: source.endColumn, table: lowering.table.name, chain: chain.name, rule: rule.position };
}

/** A test that needs more than the frame: refused in exact mode; in prefilter mode said only where packets are passed on because of it. */
export function refuseTest(rule: CoreRule, step: Step, needs: string, spot: Spot): void {
  const { session } = spot.lowering;
  const place = placeOfRule(rule, step.source, spot);
  if (session.mode === 'exact') {
    session.report(diagnose('xdp-undecidable', { needs }, place, { hint: 'use --mode prefilter, which leaves such packets to the stack' }));
  } else if (step.kind === 'refuse') {
    session.report(diagnose('xdp-passed-on', { extension: step.extension }, place));
  }
}

/** An effect that only the stack can have. A prefilter passes such packets on, which loses nothing. */
export function refuseEffect(rule: CoreRule, effect: string, spot: Spot): void {
  const { session } = spot.lowering;
  const place = placeOfRule(rule, rule.source, spot);
  if (session.mode === 'exact') {
    session.report(diagnose('xdp-effect', { effect }, place, { hint: 'use --mode prefilter, which leaves such packets to the stack' }));
  } else if (rule.action.kind === 'refuse') {
    session.report(diagnose('xdp-passed-on', { extension: rule.action.extension }, place));
  }
}
