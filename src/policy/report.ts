import { printable, type Diagnostic } from '../diagnostics/index.js';
import { toHex } from '../packet/index.js';
import type { Case, Finding, NotedPlace, Report } from '../verify/report/finding.js';
import { judgementDocument, witnessDocument } from '../verify/report/json.js';
import { decidedAt, placeOf, sideFor } from '../verify/report/place.js';
import { judgementLines, witnessLines } from '../verify/report/text.js';
import { cubeText, shareText } from '../verify/report/words.js';
import type { Side } from '../verify/result.js';
import type { Input } from '../verify/sides.js';
import type { PolicyAnswer, PolicyFailure, PolicyOutcome } from './index.js';

type Answered = Extract<PolicyOutcome, { readonly kind: 'answered' }>;

const wayWords: { readonly [W in PolicyFailure['way']]: string } = {
  delivered: 'on the way to this host', forwarded: 'on the way through this host', sent: 'on the way out of this host', looped: 'from this host to itself',
};

const failureTitle = ({ statement, family }: PolicyAnswer, { way }: PolicyFailure): string => `does not hold: ${statement.name} (IPv${family}, ${wayWords[way]})`;

const wherever = ({ statement }: PolicyAnswer, { region, complete, share }: PolicyFailure): readonly string[] => [
  `wherever  (${shareText(share)} of the packets it ${statement.mode === 'forbid' ? 'forbids' : 'allows'})`,
  ...region.map((cube) => `  ${cubeText(cube)}`),
  ...(complete ? [] : ['  and more like these']),
];

/** Every failure as a person reads it. */
export function policyText({ answers }: Answered, input: Input, file: string): string {
  const texts = answers.flatMap((answer) =>
    answer.failures.map((failure) => {
      const side = sideFor(input, answer.family);
      const { statement } = answer;
      const lines = [
        failureTitle(answer, failure),
        `  ${file}:${statement.source.line}: ${statement.mode}`,
        '',
        ...witnessLines(failure.witness),
        '',
        ...(failure.judgement === undefined ? [] : [...judgementLines('rules', failure.judgement, side), '']),
        ...wherever(answer, failure).map((line) => `  ${line}`),
      ];
      return lines.map((line) => `${printable(line)}\n`).join('');
    }),
  );
  return texts.join('\n');
}

/** For standard error: what holds and what does not. */
export const policySummary = ({ answers }: Answered): readonly string[] =>
  answers.map(({ statement, family, failures }) => `${failures.length === 0 ? 'holds' : 'does not hold'}: ${statement.name} (IPv${family})`);

/** The document of a policy, but for `schemaVersion` and `diagnostics`. */
export function policyDocument({ answers, vacuous }: Answered, input: Input, file: string): Readonly<Record<string, unknown>> {
  return {
    holds: answers.every(({ failures }) => failures.length === 0),
    statements: answers.map(({ statement, family, failures }) => ({
      name: statement.name,
      mode: statement.mode,
      file,
      line: statement.source.line,
      family,
      holds: failures.length === 0,
      failures: failures.map(({ way, hook, witness, judgement, region, complete, share }) => ({
        way,
        hook,
        witness: witness === undefined ? null : witnessDocument(witness),
        judgement: judgement === undefined ? null : judgementDocument(judgement, sideFor(input, family)),
        region: region.map(({ dimensions }) => Object.fromEntries(dimensions.map(({ name, values }) => [name, values]))),
        complete,
        share,
      })),
    })),
    vacuous: vacuous.map(({ name }) => name),
  };
}

/** A policy as a report: each statement in each family is a case. */
export function policyReport(outcome: Answered, input: Input, file: string, diagnostics: readonly Diagnostic[]): Report {
  const cases = outcome.answers.flatMap((answer): readonly Case[] => {
    const group = `IPv${answer.family}`;
    const { name } = answer.statement;
    if (answer.failures.length === 0) return [{ group, name }];
    return answer.failures.map((failure, index) => ({ group, name: index === 0 ? name : `${name} (${wayWords[failure.way]})`, finding: findingOf(answer, failure, sideFor(input, answer.family), file) }));
  });
  return { name: 'policy', cases, summary: policySummary(outcome), diagnostics };
}

function findingOf(answer: PolicyAnswer, failure: PolicyFailure, side: Side, file: string): Finding {
  const { statement, family } = answer;
  const { witness, judgement, way, hook, share, region, complete } = failure;
  const decided = judgement === undefined ? undefined : decidedAt(judgement, side);
  const written: NotedPlace = { place: { file, line: statement.source.line, name: `statement ${statement.name}` }, message: `${statement.mode}: ${statement.name}` };
  return {
    code: 'policy-violated',
    title: `${failureTitle(answer, failure)}: ${witness?.words ?? 'a packet'} is ${judgement?.outcome ?? 'judged otherwise'}`,
    text: [...(witness === undefined || witness.replayable ? [] : [`not to be replayed: it hangs on ${witness.hangsOn ?? 'what no packet can show'}`]), ...wherever(answer, failure)].join('\n'),
    places: decided === undefined ? [written] : [{ place: decided, message: judgement?.outcome ?? '' }, written],
    related: (judgement?.path ?? []).filter(({ result }) => result !== 'no-match').map((step) => ({ place: placeOf(step, side), message: `${step.hook} ${step.result}` })),
    properties: { family, way, hook, ...(witness === undefined ? {} : { packet: witness.words, hex: toHex(witness.packet.bytes), replayable: witness.replayable }), share, region: region.map(cubeText), complete },
  };
}
