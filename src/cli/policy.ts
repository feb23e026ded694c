import { diagnose, hasErrors, type Diagnostic } from '../diagnostics/index.js';
import type { VerifyOptions } from '../verify/verify.js';
import { version } from '../version.js';
import { word, type DrawnFormat, type Ending, type OptionValues, type Session } from './command.js';
import { writeOutput } from './files.js';
import { readTopology } from './program.js';
import { createProgress } from './progress.js';
import { readSides } from './sides.js';
import { exitStatus } from './status.js';
import { usage } from './usage.js';

/** `verify --policy FILE LEFT`. */
export async function askPolicyFile(session: Session, values: OptionValues, positionals: readonly string[], { budget }: VerifyOptions, diagnostics: Diagnostic[]): Promise<Ending> {
  for (const name of ['only', 'ignore', 'assume', 'right-format', 'emit-smt2'] as const) if (values[name] !== undefined) diagnostics.push(usage(`--${name} belongs to a comparison, not to --policy`));
  const file = word(values, 'policy') ?? '';
  const input = session.read(file);
  if ('diagnostic' in input) return { status: exitStatus.refused, diagnostics: [...diagnostics, input.diagnostic] };
  const { askPolicy, readPolicy } = await import('../policy/index.js');
  const { value: statements, diagnostics: faults } = readPolicy(input.text, { file });
  diagnostics.push(...faults);
  const topology = await readTopology(session, values, diagnostics);
  const { left } = await readSides(session, values, positionals, 1, diagnostics);
  if (statements === undefined || left === undefined || hasErrors(diagnostics)) return { status: exitStatus.refused, diagnostics };
  const progress = createProgress(session.quiet);
  const outcome = askPolicy(left, statements, { cubes: session.format === 'json' ? 16 : 6, progress: progress.at, ...(budget === undefined ? {} : { budget }), ...(topology === undefined ? {} : { topology }) });
  progress.done();
  if (outcome.kind === 'gave-up') {
    const place = { file: outcome.file, line: outcome.line, column: 1, endColumn: 2 };
    return { status: exitStatus.limit, diagnostics: [...diagnostics, diagnose('gave-up', { nodes: outcome.nodes, fields: '' }, place, { hint: 'allow more with --budget' })], document: { holds: null, statements: [] } };
  }
  diagnostics.push(...outcome.vacuous.map((statement) => diagnose('policy-vacuous', { name: statement.name }, { file, ...statement.source })));
  const { policyDocument, policyReport, policySummary, policyText } = await import('../policy/report.js');
  const { renderFindings } = await import('../verify/report/formats.js');
  const failed = outcome.answers.some(({ failures }) => failures.length > 0);
  const pcap = word(values, 'pcap');
  if (pcap !== undefined && failed) {
    const { writePcap } = await import('../packet/pcap.js');
    const packets = outcome.answers.flatMap(({ failures }) => failures.flatMap(({ witness }) => (witness === undefined ? [] : [...witness.before, witness.packet])));
    const unwritten = writeOutput(pcap, writePcap(packets));
    if (unwritten !== undefined) return { status: exitStatus.refused, diagnostics: [...diagnostics, unwritten] };
  }
  return {
    status: failed ? exitStatus.findings : exitStatus.fine,
    diagnostics,
    notes: policySummary(outcome),
    document: policyDocument(outcome, left, file),
    report: (format: DrawnFormat): string => renderFindings(policyReport(outcome, left, file, diagnostics), format, version),
    ...(failed && session.format === 'text' ? { output: policyText(outcome, left, file) } : {}),
  };
}
