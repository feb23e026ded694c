import { type Action, externalMeaning, type Field, headerFields } from '../ir/index.js';
import { assignedBits } from './assignment.js';
import type { RulesetContext } from './context.js';
import { levelsOf } from './layout.js';
import { type Effect, type Ending, nothingWritten, type Written } from './outcome.js';
import { predicateNode, type Standpoint } from './predicate.js';
import { outsideText } from './questions.js';

type External = Extract<Action, { readonly kind: 'outside' }>;

/** What a jump does that has its effect beside the packet, as the diagram of a chain that holds nothing else. */
export function externalNode(action: External, at: Standpoint, context: RulesetContext): number {
  const { bdd, layout, outcomes, questions, assume, ignoreLogs } = context;
  const meaning = externalMeaning(action.jump);
  const node = (ending: Ending, effects: readonly Effect[], written: Written): number => bdd.terminal(outcomes.number({ ending, effects, written }));
  if (meaning.without !== undefined && assume.has(meaning.without)) return node('return', [], nothingWritten);
  const effects = meaning.effects.flatMap(({ kind, text }): readonly Effect[] => (kind === 'log' && ignoreLogs ? [] : [{ kind, text, seen: nothingWritten }]));
  const written = { ...unknown(action, meaning.writes ?? [], context), ...stripped(meaning.strips ?? [], context) };
  const { end } = meaning;
  if (end === undefined) return node('return', effects, written);
  if (end.kind === 'taken') return bdd.ite(predicateNode(end.when, at, context), node('drop', effects, nothingWritten), node('return', [], nothingWritten));
  const key = outsideText(action);
  const [answer = -1] = questions.levels({ key, bits: 1, looksAt: 'everything', about: action });
  const asked: Effect = { kind: 'ask', text: key, seen: nothingWritten };
  const marked = end.mark === undefined ? {} : { 'packet.mark': assignedBits({ kind: 'assign', to: 'packet.mark', value: { kind: 'xor', ...end.mark } }, () => (levelsOf(layout, 'packet.mark') ?? []).map((level) => bdd.variable(level)), bdd) };
  const dropped = node('drop', [asked, ...effects.filter(({ kind }) => kind !== 'change')], nothingWritten);
  return bdd.ite(bdd.variable(answer), node(end.yes, [asked, ...effects], { ...written, ...marked }), dropped);
}

/** Fields that are another afterwards: the same for the same packet, wherever such a rule stands. */
function unknown(action: External, writes: readonly (Field | 'header')[], { bdd, layout, questions }: RulesetContext): Written {
  const written: Record<string, readonly number[]> = {};
  for (const field of writes.flatMap((one) => (one === 'header' ? headerFields : [one]))) {
    const levels = levelsOf(layout, field);
    if (levels === undefined) continue;
    written[field] = questions.levels({ key: `${field} after ${outsideText(action)}`, bits: levels.length, looksAt: 'everything' }).map((level) => bdd.variable(level));
  }
  return written;
}

function stripped(options: readonly number[], { layout }: RulesetContext): Written {
  const written: Record<string, readonly number[]> = {};
  for (const option of options) {
    if (levelsOf(layout, `tcp-option ${option}`) !== undefined) written[`tcp-option ${option}`] = [0];
    if (option === 2 && layout.mssPresent >= 0) written['mss'] = [0, ...layout.mssSize.map(() => 0)];
  }
  return written;
}
