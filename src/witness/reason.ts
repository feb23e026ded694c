import { outcomeAt } from '../symbolic/index.js';
import type { Side } from '../verify/result.js';
import type { Assignment } from './choose.js';
import type { Judged } from './simulate.js';
import type { WitnessQuestion } from './witness.js';

interface Attempt {
  readonly assignment: Assignment;
  readonly both?: readonly [Judged, Judged] | undefined;
}

/** Why no candidate shows the difference: what it hangs on beside the packet. */
export function hangsOn(attempts: readonly Attempt[], question: WitnessQuestion): string {
  const { left, right, difference } = question;
  const { hook } = difference;
  for (const { both } of attempts) {
    const unknown = both?.map(({ outcome }) => outcome.unknown).find((one) => one !== undefined);
    if (unknown !== undefined) return `${unknown.extension}, ${unknown.reason}`;
  }
  for (const { assignment } of attempts.slice(0, 1)) {
    for (const text of [...differingStates(assignment, question), ...[...assignment.asked].map((block) => block.replace(/^\[|\]$/g, ''))]) {
      const reason = questionReason(text, [left, right]);
      if (reason !== undefined) return reason;
    }
  }
  if (attempts.length === 0) return 'a connection that no packets before it can make under both rule sets';
  const comes = attempts.some(({ both }) => both?.some(({ outcome }) => outcome.stage === hook || outcome.path.some((step) => step.hook === hook)));
  return comes ? `the state of the host when the packet comes to ${hook}: no packet that was tried shows it` : `no packet of this shape reaches ${hook}`;
}

/** Tests with a state of their own that only one side asks, or asks more often. */
function differingStates({ values }: Assignment, { difference, comparison }: WitnessQuestion): readonly string[] {
  const { bdd, layout, outcomes } = comparison;
  const [one, other] = [difference.left, difference.right].map((node) => outcomeAt(bdd, node, layout, values, outcomes).effects.filter(({ kind }) => kind === 'ask' || kind === 'opaque').map(({ text }) => text));
  const missing = (from: readonly string[] = [], of: readonly string[] = []): readonly string[] => from.filter((text) => !of.includes(text));
  return [...missing(one, other), ...missing(other, one)];
}

function questionReason(key: string, sides: readonly Side[]): string | undefined {
  const [kind, ...rest] = key.split(' ');
  const text = rest.join(' ');
  switch (kind) {
    case 'limit':
      return `a rate: ${text}`;
    case 'random':
      return `chance: ${text}`;
    case 'nth':
      return `a counter: ${text}`;
    case 'set':
      return `what the set ${rest[0] ?? ''} holds`;
    case 'refused':
      return sides.map((side) => side.opaqueText(text)).find((found) => found !== undefined) ?? text;
    default:
      return undefined;
  }
}
