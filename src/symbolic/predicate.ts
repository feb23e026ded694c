import { type CtState, type CtStateFlag, externalKey, externalTests, type Hook, identityOf, impliedBy, type Interval, type Predicate, unreachable } from '../ir/index.js';
import type { Bdd } from './bdd.js';
import { intervalsNode } from './interval.js';
import { attachments, ctStateCodes, type Layout, patternTakes } from './layout.js';
import type { LooksAt, Questions } from './questions.js';
import { addressTypeCodes, addressTypeKey, opaqueKey } from './vocabulary.js';

/** Where a predicate is asked: what is not there yet, or not any more, reads as nothing. */
export interface Standpoint {
  readonly hook: Hook;
  /** Behind connection tracking: raw stands before it, and there everything is INVALID. */
  readonly tracked: boolean;
}

export interface PredicateContext {
  readonly bdd: Bdd;
  readonly layout: Layout;
  readonly questions: Questions;
}

const everything = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

/** The packets for which a predicate holds, as a boolean diagram. */
export function predicateNode(predicate: Predicate, at: Standpoint, context: PredicateContext): number {
  const { bdd, layout } = context;
  const again = (inner: Predicate): number => predicateNode(inner, at, context);
  const question = (key: string, looksAt: LooksAt, placed?: number): number => bdd.variable(context.questions.levels({ key, bits: 1, looksAt, about: predicate }, placed === undefined ? undefined : [placed])[0] ?? -1);
  switch (predicate.kind) {
    case 'constant':
      return predicate.value ? 1 : 0;
    case 'and':
      return predicate.operands.reduce((result, operand) => bdd.and(result, again(operand)), 1);
    case 'or':
      return predicate.operands.reduce((result, operand) => bdd.or(result, again(operand)), 0);
    case 'not':
      return bdd.not(again(predicate.operand));
    case 'field':
      // An entry that is there before connection tracking has looked is one of no flow, or another packet's.
      if (!at.tracked && predicate.field.startsWith('ct.')) return question(`before tracking: ${identityOf(predicate)}`, 'everything');
      return intervalsNode(bdd, layout.field(predicate.field), predicate.mask, predicate.intervals);
    case 'interface':
      return interfaceNode(predicate, at, context);
    case 'ct-state':
      return ctStateNode(predicate.states, at, context);
    case 'address-type': {
      const key = addressTypeKey(predicate.address, predicate.via);
      const placed = layout.addressType(key);
      const levels = context.questions.levels({ key: `type of ${key}`, bits: placed.length, looksAt: [`ip.${predicate.address}`], about: predicate }, placed);
      return codes(bdd, levels, predicate.types.map((type) => addressTypeCodes.indexOf(type)), addressTypeCodes.length);
    }
    case 'present':
      if (predicate.what.kind === 'connection') return bdd.or(entryNode(at, context), at.tracked ? 0 : attachedNode('template', context));
      if (predicate.what.kind === 'transport') {
        const { thresholds, levels } = layout.transportLength;
        const least = thresholds.indexOf(predicate.what.bytes) + 1;
        return codes(bdd, levels, Array.from({ length: thresholds.length + 1 - least }, (_, index) => least + index), thresholds.length + 1);
      }
      return bdd.variable(layout.opaque(opaqueKey(predicate)));
    case 'tcp-mss':
      return bdd.and(bdd.variable(layout.mssPresent), intervalsNode(bdd, layout.mssSize, everything(16), [predicate.interval]));
    case 'set':
      return question(opaqueKey(predicate), setLooksAt(predicate.dimensions.length), layout.opaque(opaqueKey(predicate)));
    case 'tcp-option':
    case 'sctp-chunks':
      return bdd.variable(layout.opaque(opaqueKey(predicate)));
    case 'external':
      return externalNode(predicate, at, context, question);
    case 'limit':
    case 'random':
    case 'nth':
      throw new Error('a test with a state is asked where its rule stands');
    default:
      return unreachable(predicate);
  }
}

/** What asks of a connection asks of another's, or of none, before connection tracking has looked. */
function externalNode({ test }: Extract<Predicate, { readonly kind: 'external' }>, at: Standpoint, context: PredicateContext, question: (key: string, looksAt: LooksAt) => number): number {
  const { looksAt, connection } = externalTests[test.kind];
  const implied = impliedBy(test);
  const both = (own: number): number => (implied === undefined ? own : context.bdd.and(own, predicateNode({ kind: 'external', test: implied }, at, context)));
  if (connection !== true) return both(question(externalKey(test), looksAt));
  const there = predicateNode({ kind: 'present', what: { kind: 'connection' } }, at, context);
  return context.bdd.and(there, both(at.tracked ? question(externalKey(test), looksAt) : question(`before tracking: ${externalKey(test)}`, 'everything')));
}

/** Sets of one dimension hold addresses or ports; those of several may hold marks as well. */
const setLooksAt = (dimensions: number): LooksAt => ['ip.source', 'ip.destination', 'transport.source-port', 'transport.destination-port', ...(dimensions > 1 ? ['packet.mark'] : [])];

/** The function "the number on these variables is one of these codes"; spare codes mean the last real one, so that all assignments mean something. */
export function codes(bdd: Bdd, levels: readonly number[], wanted: readonly number[], count: number): number {
  const all = 1 << levels.length;
  const intervals: Interval[] = [];
  for (let code = 0; code < all; code++) {
    if (!wanted.includes(Math.min(code, count - 1))) continue;
    const last = intervals[intervals.length - 1];
    if (last !== undefined && last.max === BigInt(code - 1)) intervals[intervals.length - 1] = { min: last.min, max: BigInt(code) };
    else intervals.push({ min: BigInt(code), max: BigInt(code) });
  }
  return intervalsNode(bdd, levels, everything(levels.length), intervals);
}

/** Packets in one of these states. */
export const stateNode = (states: readonly CtState[], bdd: Bdd, layout: Layout): number => codes(bdd, layout.ctState, states.map((state) => ctStateCodes.indexOf(state)), ctStateCodes.length);

/** Forwarded packets show the interface by which they came even in POSTROUTING. */
function interfaceNode({ direction, pattern }: Extract<Predicate, { readonly kind: 'interface' }>, { hook }: Standpoint, { bdd, layout }: PredicateContext): number {
  const nameless = patternTakes(pattern, '') ? 1 : 0;
  if (direction === 'in' ? hook === 'OUTPUT' : hook === 'PREROUTING' || hook === 'INPUT') return nameless;
  const { levels, representatives } = layout.interfaces(direction);
  const named = codes(bdd, levels, representatives.flatMap((name, code) => (patternTakes(pattern, name) ? [code] : [])), representatives.length);
  return direction === 'in' && hook === 'POSTROUTING' ? bdd.ite(bdd.variable(layout.sent), nameless, named) : named;
}

function ctStateNode(states: readonly CtStateFlag[], at: Standpoint, context: PredicateContext): number {
  const { bdd, layout } = context;
  const plain = codes(bdd, layout.ctState, ctStateCodes.flatMap((state, code) => (states.includes(state) ? [code] : [])), ctStateCodes.length);
  const snat = states.includes('SNAT') ? bdd.and(tracked(context), bdd.variable(layout.ctSnat)) : 0;
  const dnat = states.includes('DNAT') ? bdd.and(tracked(context), bdd.variable(layout.ctDnat)) : 0;
  const found = bdd.or(plain, bdd.or(snat, dnat));
  if (at.tracked) return found;
  const is = (state: CtStateFlag): number => (states.includes(state) ? 1 : 0);
  return bdd.ite(attachedNode('nothing', context), is('INVALID'), bdd.ite(attachedNode('untracked', context), is('UNTRACKED'), bdd.ite(attachedNode('template', context), is('NEW'), found)));
}

/** What is attached in front of connection tracking. */
export function attachedNode(what: keyof typeof attachments, { bdd, layout }: Pick<PredicateContext, 'bdd' | 'layout'>): number {
  const code = BigInt(attachments[what]);
  return intervalsNode(bdd, layout.attached, 3n, [{ min: code, max: code }]);
}

/** The packet belongs to a connection. */
export function entryNode(at: Standpoint, context: Pick<PredicateContext, 'bdd' | 'layout'>): number {
  return at.tracked ? tracked(context) : context.bdd.and(attachedNode('entry', context), tracked(context));
}

const tracked = ({ bdd, layout }: Pick<PredicateContext, 'bdd' | 'layout'>): number =>
  codes(bdd, layout.ctState, ctStateCodes.flatMap((state, code) => (state === 'INVALID' || state === 'UNTRACKED' ? [] : [code])), ctStateCodes.length);
