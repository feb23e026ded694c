import { type Action, type AssignableField, type CoreRule, type CtJump, headerFields, identityOf, type MarkField, unreachable } from '../ir/index.js';
import { assignedBits } from './assignment.js';
import { type RulesetContext, unknownBits } from './context.js';
import { attachments, ctStateCodes, levelsOf } from './layout.js';
import { natNode } from './nat.js';
import { type Effect, type Ending, nothingWritten, type Written } from './outcome.js';
import { attachedNode, entryNode, predicateNode, type Standpoint } from './predicate.js';
import { endNode } from './sequence.js';
import { externalNode } from './external-jump.js';
import { isNeverAnswered } from './silence.js';

/** Where an action stands. */
export interface ActionPlace {
  readonly at: Standpoint;
  /** Connection tracking is on. */
  readonly tracking: boolean;
  /** The diagram of another chain of the table. */
  chain(name: string): number;
}

/** What an action does, as the diagram of a chain that holds nothing else. */
export function actionNode(rule: CoreRule, action: Action, place: ActionPlace, context: RulesetContext): number {
  const { bdd, outcomes, ignoreLogs } = context;
  const { at } = place;
  const ends = (ending: Ending, effects: readonly Effect[] = [], written: Written = nothingWritten): number => bdd.terminal(outcomes.number({ ending, effects, written }));
  const goesOn = (kind: Effect['kind'], text: string, written: Written = nothingWritten): number => ends('return', [{ kind, text, seen: nothingWritten }], written);
  const logs = (text: string): number => (ignoreLogs ? ends('return') : goesOn('log', text));
  switch (action.kind) {
    case 'continue':
    case 'return':
      return ends('return');
    case 'jump':
    case 'goto':
      return place.chain(action.chain);
    case 'accept':
      return ends('accept');
    case 'drop':
      return ends('drop');
    case 'reject':
      return ends(isNeverAnswered(rule, action.with, context.layout.family) ? 'drop' : `reject ${action.with}`);
    case 'log':
      return logs(`log ${identityOf(action.log)}`);
    case 'nflog':
      return logs(`nflog ${identityOf(action.nflog)}`);
    case 'assign':
      return assignNode(action, at, context);
    case 'nat':
      return natNode(action.nat, at, context);
    case 'notrack':
      return place.tracking ? ends('return', [], notrackWrites(at, context)) : ends('return');
    case 'ct':
      return action.ct.notrack === true ? (place.tracking ? ends('return', [], notrackWrites(at, context)) : ends('return')) : ctNode(action.ct, at, context);
    case 'tcpmss': {
      const written = context.layout.mssPresent < 0 ? nothingWritten : { mss: context.questions.levels({ key: `MSS after tcpmss ${action.mss}`, bits: 17, looksAt: ['mss'] }).map((level) => bdd.variable(level)) };
      return goesOn('change', `tcpmss ${action.mss}`, written);
    }
    case 'outside':
      return externalNode(action, at, context);
    case 'refuse':
      return ends('return', [{ kind: 'opaque', text: `refused ${action.identity ?? action.extension}`, seen: nothingWritten }, ...changedSets(action, context)], unknownWrites(rule, action, at, context));
    default:
      return unreachable(action);
  }
}

const fieldNow = (field: AssignableField | MarkField, { bdd, layout }: RulesetContext): readonly number[] => (levelsOf(layout, field) ?? []).map((level) => bdd.variable(level));

/** Without a connection entry, what reads or writes `ct.mark` does nothing. In front of connection tracking there is none to speak of. */
function assignNode(action: Extract<Action, { readonly kind: 'assign' }>, at: Standpoint, context: RulesetContext): number {
  const { bdd, outcomes } = context;
  const bits = assignedBits(action, (field) => fieldNow(field, context), bdd);
  const old = fieldNow(action.to, context);
  const node = (effects: readonly Effect[], after: readonly number[]): number =>
    bdd.terminal(outcomes.number({ ending: 'return', effects, written: after.every((bit, index) => bit === old[index]) ? nothingWritten : { [action.to]: after } }));
  if (action.to !== 'ct.mark' && !(action.value.kind === 'copy' && action.value.from === 'ct.mark')) return node([], bits);
  const entry = entryNode(at, context);
  const known = node([], bits.map((bit, index) => bdd.ite(entry, bit, old[index] ?? 0)));
  if (at.tracked) return known;
  // The mark of an entry of no flow, which only rules in front of connection tracking can see.
  const text = `assign before tracking ${identityOf(action)}`;
  const given = action.to === 'ct.mark' ? old : context.questions.levels({ key: `after ${text}`, bits: old.length, looksAt: 'everything' }).map((level) => bdd.variable(level));
  return bdd.ite(attachedNode('template', context), node([{ kind: 'change', text, seen: nothingWritten }], given), known);
}

/** Where something is attached already, NOTRACK does nothing. */
function notrackWrites(at: Standpoint, context: RulesetContext): Written {
  const { bdd, layout } = context;
  if (!at.tracked) return attachedWrites('untracked', context);
  const invalid = predicateNode({ kind: 'ct-state', states: ['INVALID'] }, at, context);
  const code = ctStateCodes.indexOf('UNTRACKED');
  return { 'ct.state': layout.ctState.map((level, index) => bdd.ite(invalid, (code >> (layout.ctState.length - 1 - index)) & 1, bdd.variable(level))) };
}

function attachedWrites(what: keyof typeof attachments, context: RulesetContext): Written {
  const { bdd, layout } = context;
  const free = attachedNode('nothing', context);
  return { attached: layout.attached.map((level, index) => bdd.ite(free, (attachments[what] >> (1 - index)) & 1, bdd.variable(level))) };
}

/** CT attaches an entry of no flow. Its zone holds for the lookup; helper, timeout and events only come to a new connection. */
function ctNode(ct: CtJump, at: Standpoint, context: RulesetContext): number {
  const { bdd, layout, outcomes } = context;
  const { zone, helper, timeout, events, expectEvents } = ct;
  const written = at.tracked ? nothingWritten : attachedWrites('template', context);
  const change = (what: object): readonly Effect[] => (Object.values(what).every((part) => part === undefined) ? [] : [{ kind: zone === undefined ? 'change' : 'opaque', text: `ct ${identityOf(what)}`, seen: nothingWritten }]);
  const node = (effects: readonly Effect[]): number => bdd.terminal(outcomes.number({ ending: 'return', effects, written }));
  const free = at.tracked ? bdd.not(bdd.variable(layout.comesAttached)) : attachedNode('nothing', context);
  const opens = (state: 'NEW' | 'RELATED'): number => bdd.and(bdd.variable(layout.first), predicateNode({ kind: 'ct-state', states: [state] }, { hook: at.hook, tracked: true }, context));
  const settings = [...change({ timeout }), ...change({ events }), ...change({ expectEvents })];
  // An expected connection has its helper from the one that expects it.
  const added = bdd.ite(opens('NEW'), node([...change({ zone }), ...change({ helper }), ...settings]), bdd.ite(opens('RELATED'), node([...change({ zone }), ...settings]), node(change({ zone }))));
  return bdd.ite(free, added, endNode('return', context));
}

/** Behind a change of sets, what is asked of them is asked anew. */
const changedSets = ({ changes }: Extract<Action, { readonly kind: 'refuse' }>, { layout }: RulesetContext): readonly Effect[] =>
  changes === undefined ? [] : layout.setQuestions.map((text) => ({ kind: 'ask', text, seen: nothingWritten }));

function unknownWrites(rule: CoreRule, action: Extract<Action, { readonly kind: 'refuse' }>, at: Standpoint, context: RulesetContext): Written {
  const { bdd, layout } = context;
  if (action.writes === undefined) return nothingWritten;
  const written: Record<string, readonly number[]> = {};
  for (const field of action.writes === 'header' ? headerFields : [action.writes]) {
    const levels = levelsOf(layout, field);
    if (levels !== undefined) written[field] = unknownBits(rule, action, at, field, levels.length, context).map((level) => bdd.variable(level));
  }
  const mark = written['ct.mark'];
  if (mark === undefined) return written;
  const entry = entryNode(at, context);
  return { ...written, 'ct.mark': mark.map((bit, index) => bdd.ite(entry, bit, fieldNow('ct.mark', context)[index] ?? 0)) };
}
