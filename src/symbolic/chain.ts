import { type CoreChain, type CoreRule, type CoreTable, externalTests, type Predicate, type Step } from '../ir/index.js';
import { isStateful } from '../ir/predicate.js';
import { actionNode } from './action.js';
import { onward } from './branch.js';
import { type Condition, meetsPredicate, ruleBranch } from './conjunction.js';
import { type RulesetContext, type StateVariable, stateVariable } from './context.js';
import { nothingWritten, visible } from './outcome.js';
import { predicateNode, type Standpoint } from './predicate.js';
import { hasState, refusedText, stateKey } from './questions.js';
import { isAssumed, ruleKey } from './rule-key.js';
import { joined, type Part, type Segment } from './segments.js';
import { endNode, follow, renamed, returnsPlainly } from './sequence.js';

/** The chains of one table where they stand. */
export interface ChainDiagrams {
  /** A chain by itself, whoever calls it; a base chain with its policy. */
  chain(name: string): number;
  /** A chain of which only some rules are there. */
  only(chain: CoreChain, rules: readonly CoreRule[]): number;
  /** A rule by itself: it returns where it does not match. */
  rule(rule: CoreRule): number;
  /** A text that two rules share only when they do the same: see `ruleKey`. */
  key(rule: CoreRule): string;
  /** False where the rule surely does nothing with any of these packets. Makes hardly a node. */
  mayAct(rule: CoreRule, packets: number): boolean;
}

export function chainDiagrams(table: CoreTable, at: Standpoint, tracking: boolean, context: RulesetContext): ChainDiagrams {
  const { bdd, outcomes, questions, segments } = context;
  const chains = new Map(table.chains.map((chain) => [chain.name, chain]));
  const known = new Map<string, number>();
  const accepted = endNode('accept', context);
  const dropped = endNode('drop', context);
  const returned = endNode('return', context);

  const chainNode = (name: string): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const chain = chains.get(name);
    if (chain === undefined) throw new Error(`no chain ${name} in table ${table.name}`);
    const node = rulesNode(chain, chain.rules);
    known.set(name, node);
    return node;
  };

  const place = { at, tracking, chainKey: (name: string): string => String(chainNode(name)) };
  const segmentOf = (rule: CoreRule): Segment => segments.rule(ruleKey(rule, place, context), () => rulePart(rule));
  const part = (node: number, leaves: boolean): Part => ({ node: () => node, plain: returnsPlainly(node, context), leaves });
  const rulesNode = (chain: CoreChain, some: readonly CoreRule[]): number => {
    const rules = some.map(segmentOf);
    const policy = chain.base === undefined ? undefined : chain.base.policy === 'DROP' ? dropped : accepted;
    const end = policy === undefined ? [] : [segments.rule(`policy ${chain.base?.policy ?? ''}`, () => part(policy, false))];
    const whole = segments.chain([...rules, ...end], (first, second) => joined(first, second, context));
    if (whole === undefined) return returned;
    // Behind the last rule, and where a rule has left the chain, its caller goes on.
    const node = whole.leaves ? renamed(whole.node(), 'leave', 'return', context) : whole.node();
    return policy === undefined || !whole.leaves ? node : follow(node, 'return', policy, context);
  };

  /** A rule by itself: where it does not match it is as if it returned at once, which goes on with the next. */
  const rulePart = (rule: CoreRule): Part => {
    context.progress?.(rule);
    const { action } = rule;
    const leaves = action.kind === 'return' || action.kind === 'goto';
    const body = actionNode(rule, action, { at, tracking, chain: chainNode }, context);
    const ending = leaves ? renamed(body, 'return', 'leave', context) : body;
    const branch = isPlain(rule, ending) ? ruleBranch(conditionsOf(rule), { met: ending === returned ? onward : ending, lost: dropped }, at, context) : undefined;
    if (branch === undefined) return { ...part(guarded(rule, ending, returned), leaves), rule };
    const above = (rest: number): number => bdd.above(branch, rest);
    // What it does to a packet that goes on must meet what follows.
    if (!returnsPlainly(ending, context)) return { ...part(above(returned), leaves), rule };
    let alone: number | undefined;
    return { above, node: () => (alone ??= above(returned)), plain: true, leaves, rule };
  };

  /** Nothing but tests and requirements that look at the packet, and one ending. */
  const isPlain = ({ steps }: CoreRule, body: number): boolean =>
    bdd.isTerminal(body) && steps.every((step) => step.kind !== 'refuse' && (isAssumed(step, context) || !((step.kind === 'require' && step.late === true) || isStateful(step.predicate))));

  const conditionsOf = ({ steps }: CoreRule): readonly Condition[] =>
    steps.flatMap((step) => (step.kind === 'refuse' || isAssumed(step, context) ? [] : [{ predicate: step.predicate, required: step.kind === 'require' }]));

  /** `body` where all steps hold, `otherwise` where a test fails; a failed requirement drops. */
  const guarded = (rule: CoreRule, body: number, otherwise: number): number => {
    const from = (index: number, then: number, failed: number): number => {
      const step = rule.steps[index];
      if (step === undefined) return then;
      if (isAssumed(step, context)) return from(index + 1, then, failed);
      const next = from(index + 1, then, failed);
      if (step.kind === 'test') return decided(rule, step.predicate, next, failed);
      if (step.kind === 'refuse') return answered(rule, step, next, failed);
      // A late requirement lets the rule go on to its side effects, and drops then.
      return decided(rule, step.predicate, next, step.late === true ? from(index + 1, losing(rule, then), dropped) : dropped);
    };
    return from(0, body, otherwise);
  };

  /** What an action still does for a packet that is dropped behind it: no chain is entered any more. */
  const losing = ({ action }: CoreRule, node: number): number =>
    action.kind === 'jump' || action.kind === 'goto' ? dropped : bdd.replace(node, 0, (value) => {
      if (value === undefined) return undefined;
      const outcome = outcomes.outcome(value);
      return outcome.ending.startsWith('reject') ? 'left' : bdd.terminal(outcomes.number(visible({ ...outcome, ending: 'drop' })));
    });

  /** A predicate in front of what follows; asking what has a state is an effect. */
  const decided = (rule: CoreRule, predicate: Predicate, yes: number, no: number): number => {
    if (!isStateful(predicate)) return bdd.ite(predicateNode(predicate, at, context), yes, no);
    switch (predicate.kind) {
      case 'not':
        return decided(rule, predicate.operand, no, yes);
      case 'and':
        return predicate.operands.reduceRight((rest, operand) => decided(rule, operand, rest, no), yes);
      case 'or':
        return predicate.operands.reduceRight((rest, operand) => decided(rule, operand, yes, rest), no);
      case 'limit':
      case 'random':
      case 'nth':
        return asked(stateVariable(rule, predicate, at, context), yes, no);
      case 'external':
        if (externalTests[predicate.test.kind].always === true) return follow(askedOnce(stateKey(context.states(rule, predicate), at.hook)), 'return', yes, context);
        return asked(stateVariable(rule, predicate, at, context), yes, no);
      default:
        throw new Error(`${predicate.kind} has no state`);
    }
  };

  const answered = (rule: CoreRule, step: Extract<Step, { readonly kind: 'refuse' }>, yes: number, no: number): number => {
    if (hasState(step.extension)) return asked(stateVariable(rule, step, at, context), yes, no);
    const [plain = -1] = questions.levels({ key: refusedText(step), bits: 1, looksAt: 'everything', about: step });
    return bdd.ite(bdd.variable(plain), yes, no);
  };

  const askedOnce = (key: string): number => bdd.terminal(outcomes.number({ ending: 'return', effects: [{ kind: 'ask', text: key, seen: nothingWritten }], written: nothingWritten }));

  const asked = ({ level, key }: StateVariable, yes: number, no: number): number => {
    const node = askedOnce(key);
    return bdd.ite(bdd.variable(level), follow(node, 'return', yes, context), follow(node, 'return', no, context));
  };

  const mayAct = ({ steps }: CoreRule, packets: number): boolean => {
    for (const step of steps) {
      if (isAssumed(step, context)) continue;
      // Where a requirement fails the packet is dropped.
      if (step.kind !== 'test' || isStateful(step.predicate)) return true;
      if (!meetsPredicate(packets, step.predicate, at, context)) return false;
    }
    return true;
  };

  return { chain: chainNode, only: rulesNode, rule: (rule) => segmentOf(rule).node(), key: (rule) => ruleKey(rule, place, context), mayAct };
}
