import { type CtStateFlag, type Hook, type Interval, type Predicate, unreachable } from '../ir/index.js';
import type { Bdd } from './bdd.js';
import { intervalsNode } from './interval.js';
import { ctStateCodes, type Layout, patternTakes } from './layout.js';
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
  /** The lookup of a set whose elements are known, as a predicate over fields. */
  expandSet(predicate: Extract<Predicate, { readonly kind: 'set' }>): Predicate | undefined;
}

const everything = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

/** The packets for which a predicate holds, as a boolean diagram. */
export function predicateNode(predicate: Predicate, at: Standpoint, context: PredicateContext): number {
  const { bdd, layout } = context;
  const again = (inner: Predicate): number => predicateNode(inner, at, context);
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
      return intervalsNode(bdd, layout.field(predicate.field), predicate.mask, predicate.intervals);
    case 'interface':
      return interfaceNode(predicate, at, context);
    case 'ct-state':
      return ctStateNode(predicate.states, at, context);
    case 'address-type': {
      const levels = layout.addressType(addressTypeKey(predicate.address, predicate.via));
      return codes(bdd, levels, predicate.types.map((type) => addressTypeCodes.indexOf(type)), addressTypeCodes.length);
    }
    case 'present':
      if (predicate.what.kind === 'connection') return at.tracked ? bdd.not(ctStateNode(['INVALID', 'UNTRACKED'], at, context)) : 0;
      if (predicate.what.kind === 'transport') {
        const { thresholds, levels } = layout.transportLength;
        const least = thresholds.indexOf(predicate.what.bytes) + 1;
        return codes(bdd, levels, Array.from({ length: thresholds.length + 1 - least }, (_, index) => least + index), thresholds.length + 1);
      }
      return bdd.variable(layout.opaque(opaqueKey(predicate)));
    case 'tcp-mss':
      return bdd.and(bdd.variable(layout.mssPresent), intervalsNode(bdd, layout.mssSize, everything(16), [predicate.interval]));
    case 'set': {
      const expanded = context.expandSet(predicate);
      return expanded === undefined ? bdd.variable(layout.opaque(opaqueKey(predicate))) : again(expanded);
    }
    case 'tcp-option':
    case 'sctp-chunks':
    case 'limit':
    case 'random':
    case 'nth':
      return bdd.variable(layout.opaque(opaqueKey(predicate)));
    default:
      return unreachable(predicate);
  }
}

/** The function "the number on these variables is one of these codes"; spare codes mean the last real one, so that all assignments mean something. */
function codes(bdd: Bdd, levels: readonly number[], wanted: readonly number[], count: number): number {
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

function interfaceNode(predicate: Extract<Predicate, { readonly kind: 'interface' }>, at: Standpoint, { bdd, layout }: PredicateContext): number {
  const absent = predicate.direction === 'in' ? at.hook === 'OUTPUT' || at.hook === 'POSTROUTING' : at.hook === 'PREROUTING' || at.hook === 'INPUT';
  if (absent) return patternTakes(predicate.pattern, '') ? 1 : 0;
  const { levels, representatives } = layout.interfaces(predicate.direction);
  return codes(bdd, levels, representatives.flatMap((name, code) => (patternTakes(predicate.pattern, name) ? [code] : [])), representatives.length);
}

function ctStateNode(states: readonly CtStateFlag[], at: Standpoint, { bdd, layout }: PredicateContext): number {
  if (!at.tracked) return states.includes('INVALID') ? 1 : 0;
  const plain = codes(bdd, layout.ctState, ctStateCodes.flatMap((state, code) => (states.includes(state) ? [code] : [])), ctStateCodes.length);
  const entry = codes(bdd, layout.ctState, ctStateCodes.flatMap((state, code) => (state === 'INVALID' || state === 'UNTRACKED' ? [] : [code])), ctStateCodes.length);
  const snat = states.includes('SNAT') ? bdd.and(entry, bdd.variable(layout.ctSnat)) : 0;
  const dnat = states.includes('DNAT') ? bdd.and(entry, bdd.variable(layout.ctDnat)) : 0;
  return bdd.or(plain, bdd.or(snat, dnat));
}
