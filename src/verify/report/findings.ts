import type { Diagnostic } from '../../diagnostics/index.js';
import type { Case, Finding, NotedPlace, Report } from './finding.js';
import { decidedAt, placeOf, sidesOf, type Inputs } from './place.js';
import type { ComparedHook, Difference, Judgement, Side, Verification } from '../result.js';
import { toHex } from '../../packet/index.js';
import { cubeText, shareText, summaryLines } from './words.js';

type Answered = Extract<Verification, { readonly kind: 'equivalent' | 'different' }>;

/** A comparison as a report: each compared hook is a case. */
export function verificationReport(verification: Answered, inputs: Inputs, diagnostics: readonly Diagnostic[]): Report {
  const differences = verification.kind === 'equivalent' ? [] : verification.differences;
  const cases = verification.compared.map((asked): Case => {
    const own = differences.filter((one) => isAt(one, asked));
    const [first] = own;
    return { group: `IPv${asked.family}`, name: `${asked.hook} is equal`, ...(first === undefined ? {} : { finding: findingOf(first, inputs) }) };
  });
  // A hook may differ in more than one way.
  const more = verification.compared.flatMap((asked) => differences.filter((one) => isAt(one, asked)).slice(1)).map((one, index): Case => ({ group: `IPv${one.family}`, name: `${one.hook} is equal (${index + 2})`, finding: findingOf(one, inputs) }));
  return { name: 'verify', cases: [...cases, ...more], summary: summaryLines(verification), diagnostics };
}

const isAt = (difference: Difference, { family, hook }: ComparedHook): boolean => difference.family === family && difference.hook === hook;

function findingOf(difference: Difference, inputs: Inputs): Finding {
  const { family, hook, kind, witness, left, right, region, complete, share } = difference;
  const sides = sidesOf(difference, inputs);
  const packet = witness?.words ?? 'a packet of the region';
  const notes = [decisionOf('left', left, sides.left), decisionOf('right', right, sides.right)];
  return {
    code: 'different',
    title: `${hook} of IPv${family} differs: ${packet} is ${left.outcome} by ${sides.left.file}, ${right.outcome} by ${sides.right.file}`,
    text: [
      ...(witness?.standing === undefined ? [] : ['in a connection from before the rules were loaded']),
      ...(witness === undefined || witness.before.length === 0 ? [] : [`after ${witness.before.length} other packets`]),
      ...(witness === undefined || witness.replayable ? [] : [`not to be replayed: it hangs on ${witness.hangsOn ?? 'what no packet can show'}`]),
      `wherever (${shareText(share)} of what can come to ${hook}):`,
      ...region.map((cube) => `  ${cubeText(cube)}`),
      ...(complete ? [] : ['  and more like these']),
    ].join('\n'),
    places: notes.flatMap((noted) => (noted === undefined ? [] : [noted])),
    related: [...wayOf('left', left, sides.left), ...wayOf('right', right, sides.right)],
    properties: { family, hook, kind, ...(witness === undefined ? {} : { packet: witness.words, hex: toHex(witness.packet.bytes), replayable: witness.replayable }), share, region: region.map(cubeText), complete },
  };
}

function decisionOf(side: 'left' | 'right', judgement: Judgement, of: Side): NotedPlace | undefined {
  const place = decidedAt(judgement, of);
  return place === undefined ? undefined : { place, message: `${side}: ${judgement.outcome}` };
}

const wayOf = (side: 'left' | 'right', { path }: Judgement, of: Side): readonly NotedPlace[] =>
  path.filter(({ result }) => result !== 'no-match').map((step) => ({ place: placeOf(step, of), message: `${side}: ${step.hook} ${step.result}` }));
