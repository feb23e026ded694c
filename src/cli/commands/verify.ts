import { diagnose, hasErrors, nearest, type Diagnostic } from '../../diagnostics/index.js';
import { assumptions, hooks, type AssumptionId, type Hook } from '../../ir/index.js';
import type { Input } from '../../verify/sides.js';
import type { VerifyOptions } from '../../verify/verify.js';
import { word, words, type Command, type DrawnFormat, type Ending, type OptionValues } from '../command.js';
import { version } from '../../version.js';
import { writeOutput } from '../files.js';
import { createProgress } from '../progress.js';
import { exitStatus } from '../status.js';
import { usage } from '../usage.js';
import { readSides } from '../sides.js';
import { askPolicyFile } from '../policy.js';

export const verify: Command = {
  name: 'verify',
  summary: 'prove two rule sets equal for all packets, or show one on which they differ',
  help: `usage: ferrule verify [OPTIONS] LEFT RIGHT
       ferrule verify --policy POLICY [OPTIONS] LEFT

Compares two rule sets for every packet and every state of a connection, hook by hook. They are
equivalent (exit status 0), or different (1): then it shows a packet on which they differ, what
either side does with it and which rules decide, and the whole region where they differ.
With --policy it proves statements such as "nothing from wan reaches 10.0.0.0/8 port 22" about
one rule set, or shows a packet for which one fails (1).

  ferrule verify old.rules new.rules
  ferrule verify rules.v4 firewall.nft --assume no-truncated-l4-headers
  ferrule verify -4 old.v4 -6 old.v6 -4 new.v4 -6 new.v6
  ferrule verify rules.v4 firewall.nft --format sarif -o report.sarif
  ferrule verify --policy policy.yaml --topology host.yaml rules.v4

  LEFT, RIGHT          iptables-save text, an nft script, or what \`nft -j list ruleset\` prints;
                       - is standard input
  --left-format F      auto (default), iptables, nft or nft-json; --right-format F likewise
  -4 FILE -6 FILE      one file of each family as LEFT; given twice, the second as RIGHT
  --family 4|6         the family of iptables rules; else told by header, addresses, extensions
  --sets FILE          what \`ipset save\` printed, for rules that match sets; may be repeated
  --only HOOK          compare at this hook alone (INPUT, forward, ...); may be repeated
  --ignore WHAT        logs: what is logged makes no difference. counters and comments never do.
                       Several with commas
  --assume ID          do not compare what this assumption excludes; may be repeated
  --emit-smt2 FILE     write the questions there as SMT-LIB, for another solver: sat = they differ
  --pcap FILE          write the packets of all differences there, each with those before it
  --policy POLICY      statements about all packets, YAML or JSON: see docs/verify.md
  --topology FILE      the host of --policy: its addresses and routes, as trace takes it
  --budget NODES       how large a decision diagram may become before giving up (exit status 4)
`,
  options: {
    '4': { type: 'string', short: '4', multiple: true },
    '6': { type: 'string', short: '6', multiple: true },
    family: { type: 'string' },
    sets: { type: 'string', multiple: true },
    'left-format': { type: 'string' },
    'right-format': { type: 'string' },
    only: { type: 'string', multiple: true },
    ignore: { type: 'string', multiple: true },
    assume: { type: 'string', multiple: true },
    budget: { type: 'string' },
    pcap: { type: 'string' },
    'emit-smt2': { type: 'string' },
    policy: { type: 'string' },
    topology: { type: 'string' },
  },
  async run(session, values, positionals): Promise<Ending> {
    const diagnostics: Diagnostic[] = [];
    const options = optionsOf(values, diagnostics);
    if (word(values, 'policy') !== undefined) return await askPolicyFile(session, values, positionals, options, diagnostics);
    for (const name of ['topology'] as const) if (values[name] !== undefined) diagnostics.push(usage(`--${name} belongs to --policy`));
    const { left, right } = await readSides(session, values, positionals, 2, diagnostics);
    if (left === undefined || right === undefined || hasErrors(diagnostics)) return { status: exitStatus.refused, diagnostics };
    const apart = familiesApart(left, right);
    if (apart !== undefined) return { status: exitStatus.refused, diagnostics: [...diagnostics, apart] };
    const smt = word(values, 'emit-smt2');
    const omitted: string[] = [];
    if (smt !== undefined) {
      const { smtQuestions } = await import('../../verify/smt.js');
      const questions = smtQuestions(left, right, options);
      omitted.push(...questions.omitted.map(({ family, hook, reason }) => `not in ${smt}: ${hook} of IPv${family}: ${reason}`));
      const unwritten = writeOutput(smt, questions.text);
      if (unwritten !== undefined) return { status: exitStatus.refused, diagnostics: [...diagnostics, unwritten] };
    }
    const { verify: compare } = await import('../../verify/verify.js');
    const progress = createProgress(session.quiet);
    const verification = compare(left, right, { ...options, cubes: session.format === 'json' ? 16 : 6, progress: progress.at });
    progress.done();
    const inputs = { left, right };
    const { verificationDocument } = await import('../../verify/report/json.js');
    const document = verificationDocument(verification, inputs);
    if (verification.kind === 'gave-up') {
      const { nodes, file, line, fields } = verification;
      const asked = fields.length === 0 ? '' : `; they ask most for ${fields.join(', ')}`;
      const place = { file, line, column: 1, endColumn: 2 };
      return { status: exitStatus.limit, diagnostics: [...diagnostics, diagnose('gave-up', { nodes, fields: asked }, place, { hint: 'compare one hook at a time with --only, or allow more with --budget' })], document };
    }
    const { summaryLines } = await import('../../verify/report/words.js');
    const { differencesText } = await import('../../verify/report/text.js');
    const notes = [...summaryLines(verification), ...omitted];
    const pcap = word(values, 'pcap');
    if (pcap !== undefined && verification.kind === 'different') {
      const { writePcap } = await import('../../packet/pcap.js');
      const unwritten = writeOutput(pcap, writePcap(verification.differences.flatMap(({ witness }) => (witness === undefined ? [] : [...(witness.standing?.packets ?? []), ...witness.before, witness.packet]))));
      if (unwritten !== undefined) return { status: exitStatus.refused, diagnostics: [...diagnostics, unwritten] };
    }
    const { renderFindings } = await import('../../verify/report/formats.js');
    const { verificationReport } = await import('../../verify/report/findings.js');
    const report = (format: DrawnFormat): string => renderFindings(verificationReport(verification, inputs, diagnostics), format, version);
    if (verification.kind === 'equivalent') return { status: exitStatus.fine, diagnostics, notes, document, report };
    return { status: exitStatus.findings, diagnostics, notes, document, report, ...(session.format === 'text' ? { output: differencesText(verification.differences, inputs) } : {}) };
  },
};

/** Two dumps of iptables of different families have no packet in common. */
function familiesApart(left: Input, right: Input): Diagnostic | undefined {
  if (left.speaksOf.some((family) => right.speaksOf.includes(family))) return undefined;
  const parameters = { left: left.file, leftFamily: left.speaksOf.join(' and IPv'), right: right.file, rightFamily: right.speaksOf.join(' and IPv') };
  return diagnose('families-apart', parameters, { file: '', line: 0, column: 0, endColumn: 0 }, { hint: 'both families at once: -4 LEFT4 -6 LEFT6 -4 RIGHT4 -6 RIGHT6' });
}

const isAssumption = (text: string): text is AssumptionId => Object.hasOwn(assumptions, text);

const ignorable = ['counters', 'logs', 'comments'] as const;

function optionsOf(values: OptionValues, diagnostics: Diagnostic[]): VerifyOptions {
  const wrong = (problem: string, written: string, known: readonly string[], all: string): void => {
    const near = nearest(written, known);
    diagnostics.push(usage(problem, near === undefined ? all : `did you mean ${near}?`));
  };
  const assume = words(values, 'assume').filter((id): id is AssumptionId => {
    if (isAssumption(id)) return true;
    wrong(`there is no assumption ${JSON.stringify(id)}`, id, Object.keys(assumptions), 'ferrule explain lists them');
    return false;
  });
  const only = words(values, 'only').flatMap((text): readonly Hook[] => {
    const hook = hooks.find((one) => one === text.toUpperCase());
    if (hook === undefined) wrong(`there is no hook ${JSON.stringify(text)}`, text.toUpperCase(), hooks, `--only takes ${hooks.join(', ')}`);
    return hook === undefined ? [] : [hook];
  });
  const ignore = words(values, 'ignore').flatMap((list) => list.split(',')).map((text) => text.trim());
  for (const text of ignore) if (!ignorable.some((one) => one === text)) wrong(`--ignore has no ${JSON.stringify(text)}`, text, ignorable, `--ignore takes ${ignorable.join(', ')}`);
  const budget = word(values, 'budget');
  if (budget !== undefined && !/^[1-9]\d{0,9}$/.test(budget)) diagnostics.push(usage(`--budget takes a number of nodes, not ${JSON.stringify(budget)}`));
  return { assume, ...(only.length === 0 ? {} : { only }), ignoreLogs: ignore.includes('logs'), ...(budget === undefined ? {} : { budget: Number(budget) }) };
}
