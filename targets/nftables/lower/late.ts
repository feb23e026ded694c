import type { CoreChain, CoreRule, CoreTable, CtJump } from '../../../src/ir/index.js';
import { leavesOf, type PredicateLeaf } from '../../../src/ir/predicate.js';
import { match, single, verdict, type Expression, type Statement } from '../ast.js';
import { helperName } from '../names.js';
import { inOwnChain, type ActionPlan } from './action.js';
import { newChain, refuse, type RuleContext, type TableBuilder } from './context.js';
import { lowerRule } from './rule.js';
import { ctEventName } from '../types.js';

/**
 * `CT --helper` and `--ctevents` stand in raw, before tracking, and leave a template that the new connection takes them from. nft sets
 * both on the connection itself, so raw runs a second time right behind tracking, in a copy that does nothing else: what the rules
 * look at has not changed in between. The first CT or NOTRACK rule that matches decides, as in raw.
 */
export function addLateChains(table: CoreTable, builder: TableBuilder): void {
  const asked = table.chains.flatMap(({ rules }) => rules.filter(setsLate));
  if (table.name !== 'raw' || asked.length === 0) return;
  const byName = new Map(table.chains.map((chain) => [chain.name, chain]));
  const wanted = new Set<CoreChain>();
  for (const chain of table.chains) {
    if (chain.base === undefined) continue;
    const reached = reachable(chain, byName);
    if ([...reached].some(({ rules }) => rules.some(setsLate))) for (const one of reached) wanted.add(one);
  }
  for (const chain of table.chains) {
    if (!wanted.has(chain)) continue;
    const base = chain.base === undefined ? undefined : ({ type: 'filter', hook: chain.base.hook, priority: behindTracking, policy: 'accept' } as const);
    let current = newChain(builder, helperName(chain.name, 'late'), base);
    if (base !== undefined) current.rules.push({ statements: [match({ kind: 'binary', operator: '&', left: { kind: 'ct', key: 'status' }, right: 8n }, [single(8)]), verdict('accept')] });
    for (const rule of chain.rules) {
      const late = lateRule(rule);
      if (late !== undefined) current = lowerRule(late, chain.name, current, builder, true);
    }
  }
}

/** Tracking itself runs at -200. */
const behindTracking = -199;

const setsLate = ({ action }: CoreRule): boolean => action.kind === 'ct' && (action.ct.helper !== undefined || action.ct.events !== undefined);

function reachable(start: CoreChain, byName: ReadonlyMap<string, CoreChain>): ReadonlySet<CoreChain> {
  const reached = new Set<CoreChain>();
  const open = [start];
  for (let chain = open.pop(); chain !== undefined; chain = open.pop()) {
    if (reached.has(chain)) continue;
    reached.add(chain);
    for (const { action } of chain.rules) {
      const next = action.kind === 'jump' || action.kind === 'goto' ? byName.get(action.chain) : undefined;
      if (next !== undefined) open.push(next);
    }
  }
  return reached;
}

/** The rule without what raw has done already; undefined where nothing is left of it. */
function lateRule(rule: CoreRule): CoreRule | undefined {
  const { counters: _, ...rest } = { ...rule, comments: [] };
  switch (rule.action.kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'jump':
    case 'goto':
    case 'ct':
    case 'notrack':
      return rest;
    default:
      return undefined;
  }
}

/** Tests whose answer may be another once the packet is tracked, or that must not run twice. */
const changes = (leaf: PredicateLeaf): boolean => {
  switch (leaf.kind) {
    case 'limit':
    case 'random':
    case 'nth':
    case 'external':
    case 'ct-state':
      return true;
    case 'field':
      return leaf.field.startsWith('ct.') || leaf.field === 'packet.mark';
    case 'present':
      return leaf.what.kind === 'connection';
    default:
      return false;
  }
};

export function lateAction(context: RuleContext): ActionPlan {
  const { action, steps } = context.rule;
  if (steps.some((step) => step.kind !== 'refuse' && leavesOf(step.predicate).some(changes))) {
    refuse(context, 'this rule of a raw table with CT --helper', 'its test may answer differently behind tracking, where nft sets helpers', 'move the test to the mangle table');
  }
  switch (action.kind) {
    case 'return':
      return { statements: [verdict('return')], flow: 'leaves' };
    case 'jump':
      return { statements: [{ kind: 'jump', chain: helperName(action.chain, 'late') }], flow: 'passes' };
    case 'goto':
      return { statements: [{ kind: 'goto', chain: helperName(action.chain, 'late') }], flow: 'leaves' };
    case 'ct':
      return { statements: settings(action.ct, context), flow: 'ends' };
    default:
      return { statements: [verdict('accept')], flow: 'ends' };
  }
}

const state: Expression = { kind: 'ct', key: 'state' };

/** An expected connection has its helper from the one that expects it. */
function settings(ct: CtJump, context: RuleContext): readonly Statement[] {
  const rows: (readonly Statement[])[] = [];
  if (ct.helper !== undefined) {
    const name = declareHelper(ct.helper, context);
    rows.push([{ kind: 'match', left: state, negated: false, right: { kind: 'flags', bits: 8n } }, { kind: 'ct-helper', name }]);
  }
  if (ct.events !== undefined) rows.push([{ kind: 'ct-events', events: ct.events.map(ctEventName) }]);
  if (rows.length === 0) return [verdict('accept')];
  return [inOwnChain(context, 'set', [...rows, [verdict('accept')]])];
}

function declareHelper(helper: string, context: RuleContext): string {
  const protocol = context.protocol === 6 ? 'tcp' : context.protocol === 17 ? 'udp' : undefined;
  if (protocol === undefined) refuse(context, 'CT --helper', 'nft has helpers of TCP and UDP alone', 'name the protocol with -p');
  if (/["\u0000-\u001f\u007f\ud800-\udfff]/u.test(helper)) refuse(context, 'the helper name', 'nft has no escape for its bytes');
  const name = helperName(helper, protocol ?? 'tcp');
  context.table.helpers.set(name, { name, helper, protocol: protocol ?? 'tcp' });
  return name;
}

