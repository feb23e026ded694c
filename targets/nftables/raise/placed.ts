import type { ListedRule } from '../read/listed.js';
import { foldExternal, tproxyAt } from './external-jump.js';
import { markBitsAt } from './mark-bits.js';
import { sumsAt } from './sums.js';
import { wholeTcpAt } from './whole-tcp.js';

/** A rule and where it stands in its chain, from 1. */
export interface PlacedRule {
  readonly rule: ListedRule;
  readonly position: number;
}

/** The rules of a chain, those that say one thing together put into one. */
export function placed(rules: readonly ListedRule[]): readonly PlacedRule[] {
  const out: PlacedRule[] = [];
  for (let at = 0; at < rules.length; ) {
    const rule = rules[at];
    if (rule === undefined) break;
    const whole = wholeTcpAt(rules, at);
    const bits = whole === undefined ? markBitsAt(rules, at) : undefined;
    const sum = whole === undefined && bits === undefined ? sumsAt(rules, at) : undefined;
    const statements = whole?.statements ?? sum?.statements ?? (bits === undefined ? foldExternal(tproxyAt(rules, at) ?? rule.statements) : [bits.statement]);
    out.push({ rule: { ...rule, statements }, position: at + 1 });
    at += whole?.count ?? bits?.count ?? sum?.count ?? 1;
  }
  return out;
}
