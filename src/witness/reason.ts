import { dissect, formatAddress } from '../packet/index.js';
import { outcomeAt, type Effect } from '../symbolic/index.js';
import type { Side } from '../verify/result.js';
import type { Assignment } from './choose.js';
import type { Tried, WitnessQuestion } from './witness.js';

/** Why no candidate shows the difference: what the one that is given hangs on beside the packet. */
export function hangsOn({ candidate, both }: Tried, tried: readonly Tried[], question: WitnessQuestion): string {
  const { left, right, difference } = question;
  const { hook } = difference;
  const { assignment, scene } = candidate;
  const unknown = both.map(({ outcome }) => outcome.unknown).find((one) => one !== undefined);
  if (unknown !== undefined) return `a test that is not modelled: ${unknown.extension}, ${unknown.reason}`;
  const group = groupOf(scene.packet.bytes);
  if (group !== undefined && both.every(({ outcome }) => outcome.verdict === 'lost')) return `a group that the host would have joined: ${group}`;
  const entry = [...assignment.asked].filter((block) => block.startsWith('ct.') && (assignment.values.get(block) ?? 0n) !== 0n);
  const oddEntry = `a connection whose entry has ${entry.map((field) => `${field} 0x${(assignment.values.get(field) ?? 0n).toString(16)}`).join(', ')}, which no packets that were tried make`;
  if (scene.told === true) {
    if (entry.length > 0) return oddEntry;
    return scene.packet.state === 'RELATED' ? 'a connection that another has announced to a helper' : 'a connection that no packets before it can make under both rule sets';
  }
  for (const text of [...differingStates(assignment, question), ...[...assignment.asked].map((block) => block.replace(/^\[|\]$/g, ''))]) {
    const reason = questionReason(text, [left, right]);
    if (reason !== undefined) return reason;
  }
  if (entry.length > 0) return oddEntry;
  const [change] = differingEffects(assignment, question, ['change']);
  if (change !== undefined) return `what the packet does not hold: ${change === 'checksum' ? 'a checksum that is still to be made' : change}`;
  const comes = tried.some(({ both: judged }) => judged.some(({ outcome }) => outcome.stage === hook || outcome.path.some((step) => step.hook === hook)));
  return comes ? `the state of the host when the packet comes to ${hook}: no packet that was tried shows it` : `no packet of this shape reaches ${hook}`;
}

/** The group that a packet is sent to. */
function groupOf(bytes: Uint8Array): string | undefined {
  const found = dissect(bytes);
  return found !== undefined && (found.family === 4 ? found.destination >> 28n === 0xen : found.destination >> 120n === 0xffn) ? formatAddress(found.family, found.destination) : undefined;
}

/** Tests with a state of their own that only one side asks, or asks more often. */
export const differingStates = (assignment: Assignment, question: WitnessQuestion): readonly string[] => differingEffects(assignment, question, ['ask', 'opaque']);

function differingEffects({ values }: Assignment, { difference, comparison }: WitnessQuestion, kinds: readonly Effect['kind'][]): readonly string[] {
  const { bdd, layout, outcomes } = comparison;
  const [one, other] = [difference.left, difference.right].map((node) => outcomeAt(bdd, node, layout, values, outcomes).effects.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text));
  const missing = (from: readonly string[] = [], of: readonly string[] = []): readonly string[] => from.filter((text) => !of.includes(text));
  return [...missing(one, other), ...missing(other, one)];
}

function questionReason(key: string, sides: readonly Side[]): string | undefined {
  // Where, after what, and how often it is asked.
  const [kind, ...rest] = key.replace(/ in [A-Z]+$/, '').replace(/ \((?:asked again|after writing)[^)]*\)/g, '').replace(/ in [A-Z]+$/, '').replace(/ #\d+$/, '').split(' ');
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
    case 'external':
      return `what the packet does not hold: ${sides.map((side) => side.opaqueText(text)).find((found) => found !== undefined) ?? text}`;
    case 'refused':
      if (text.includes('"kind":"recent"')) return `what the list ${/"name":"([^"]*)"/.exec(text)?.[1] ?? ''} of recent addresses remembers`;
      return `a test that is not modelled: ${sides.map((side) => side.opaqueText(text)).find((found) => found !== undefined) ?? text}`;
    default:
      return undefined;
  }
}
