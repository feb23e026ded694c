import { type CoreRule, type CoreRuleset, type Family, type Hook, type Predicate } from '../ir/index.js';
import { and, not, or } from '../ir/predicate.js';
import { universe } from '../symbolic/universe.js';
import { inIntervals } from '../lower/predicates.js';
import { type Bdd, BudgetExceeded, createBdd } from '../symbolic/bdd.js';
import { createContext, type RulesetContext } from '../symbolic/context.js';
import { createFacts, type Facts } from '../symbolic/facts.js';
import { type Arrival, type Way, ways } from '../symbolic/index.js';
import { arrivalsAt, type Stage } from '../symbolic/journey.js';
import { type Layout, layoutFor, orders } from '../symbolic/layout.js';
import type { Ending } from '../symbolic/outcome.js';
import { codes, predicateNode } from '../symbolic/predicate.js';
import { hookNode } from '../symbolic/ruleset.js';
import { nameStates } from '../symbolic/states.js';
import { addressTypeCodes, opaqueKey, type Vocabulary, vocabularyOf } from '../symbolic/vocabulary.js';
import type { HostFacts } from './own.js';
import { questionsOf, type Question } from './predicates.js';
import type { Statement } from './statement.js';

/** The packets of a statement on one way for which it fails, as they begin it: boolean diagrams over the variables of `layout`. */
export interface Violation {
  readonly statement: Statement;
  readonly way: Way;
  /** Where they are dropped that should not be, or the last hook that accepts them and should not. */
  readonly hook: Hook;
  readonly arrivals: readonly Arrival[];
  readonly region: number;
  /** The packets of the statement on this way; those that come to where they may not, where some do. */
  readonly possible: number;
}

/** What the diagrams are made of. */
export interface PolicyProof {
  readonly family: Family;
  readonly bdd: Bdd;
  readonly layout: Layout;
  readonly vocabulary: Vocabulary;
  readonly outcomes: RulesetContext['outcomes'];
}

export type PolicyCheck =
  /** `vacuous`: statements of whose packets there are none in this family. */
  | { readonly kind: 'checked'; readonly proof: PolicyProof; readonly violations: readonly Violation[]; readonly vacuous: readonly Statement[] }
  | { readonly kind: 'gave-up'; readonly nodes: number; readonly line: number };

export interface CheckOptions {
  /** Nodes that one attempt may make. */
  readonly budget: number;
  /** Where a topology tells of the host. */
  readonly host?: HostFacts;
  progress?(line: number): void;
}

/** Asks every statement of all packets and states under one rule set. */
export function checkPolicy(ruleset: CoreRuleset, statements: readonly Statement[], { budget, host, progress }: CheckOptions): PolicyCheck {
  const asked = statements.map((statement) => ({ statement, questions: questionsOf(statement, ruleset.family, ruleset.tracking) }));
  const vocabulary = vocabularyOf([ruleset, speaking(ruleset, asked.flatMap(({ questions }) => [local, martian(ruleset.family), ...(host === undefined ? [] : [host.own, host.leaves]), ...questions.flatMap(({ start, arrival }) => [start, arrival])]))]);
  let line = 0;
  for (const order of orders) {
    const bdd = createBdd(budget);
    const layout = layoutFor(vocabulary, ruleset.family, order);
    const context = createContext(bdd, layout, {
      states: nameStates([ruleset]),
      assume: new Set(),
      ignoreLogs: true,
      progress: (rule: CoreRule) => {
        line = rule.source.line;
        progress?.(line);
      },
    });
    try {
      const facts = createFacts([ruleset], vocabulary, context);
      const stages = new Map<Hook, Stage>();
      const stageOf = (hook: Hook): Stage => {
        const node = hookNode(ruleset, hook, context);
        return { outcomes: () => node, differing: 0 };
      };
      const stageAt = (hook: Hook): Stage => {
        const known = stages.get(hook) ?? stageOf(hook);
        stages.set(hook, known);
        return known;
      };
      const results = asked.map(({ statement, questions }) => ({ statement, answers: questions.map((question) => answer(statement, question, { tracking: ruleset.tracking, host, vocabulary, stageAt, facts, context })) }));
      return {
        kind: 'checked',
        proof: { family: ruleset.family, bdd, layout, vocabulary, outcomes: context.outcomes },
        violations: results.flatMap(({ answers }) => answers.filter(({ region }) => region !== 0)),
        vacuous: results.flatMap(({ statement, answers }) => (answers.every(({ possible }) => possible === 0) ? [statement] : [])),
      };
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
    }
  }
  return { kind: 'gave-up', nodes: budget, line };
}

/** A table that no packet meets, so that the questions' fields have variables. */
function speaking({ family, file }: CoreRuleset, predicates: readonly Predicate[]): CoreRuleset {
  const source = { line: 0, column: 1, endColumn: 1 };
  const rules = predicates.map((predicate, index): CoreRule => ({ source, position: index + 1, steps: [{ kind: 'test', predicate, source }], action: { kind: 'continue' }, comments: [] }));
  return { family, file, tracking: false, tables: [{ name: 'filter', chains: [{ name: 'statements', rules }] }] };
}

/** From the wire nothing comes to the loopback addresses. */
const martian = (family: Family): Predicate => inIntervals(family, 'ip.destination', [family === 4 ? { min: 0x7f00_0000n, max: 0x7fff_ffffn } : { min: 1n, max: 1n }]);

const local: Predicate = { kind: 'address-type', address: 'destination', types: ['LOCAL'] };

const oddShapes = ['no-ipv6-authentication-headers', 'no-broken-ipv6-extension-headers'] as const;

const wholeOptions = { kind: 'present', what: { kind: 'tcp-options' } } as const;

const optionsWhole = ({ opaque }: Vocabulary): readonly Predicate[] => (opaque.includes(opaqueKey(wholeOptions)) ? [wholeOptions] : []);

interface Ground {
  readonly tracking: boolean;
  readonly host: HostFacts | undefined;
  readonly vocabulary: Vocabulary;
  readonly facts: Facts;
  readonly context: RulesetContext;
  stageAt(hook: Hook): Stage;
}

function answer(statement: Statement, { way, start, arrival }: Question, { tracking, host, vocabulary, stageAt, facts, context }: Ground): Violation {
  const { bdd, layout } = context;
  const ask = (predicate: Predicate): number => predicateNode(predicate, { hook: 'FORWARD', tracked: true }, context);
  const passed: readonly Hook[] = ways[way];
  const [beginning = 'PREROUTING'] = passed;
  const last = passed[passed.length - 1] ?? beginning;
  // Who opens a connection is told by its first packet.
  const first = tracking && statement.packets.state === undefined ? bdd.variable(layout.first) : 1;
  // Where the addresses of the host are known, so is the type of each.
  const typed = host === undefined ? 1 : ask(or([and([host.own, local]), and([not(host.own), not(local)])]));
  const startable = arrivalsAt(beginning, facts.at(beginning), stageAt, facts, context).filter((one) => one.way === way);
  // Nor are the odd shapes of other headers meant, where rules ask for them.
  const plain = statement.mode === 'forbid' ? 1 : ask(and([universe(oddShapes, [], vocabulary), ...optionsWhole(vocabulary)]));
  const wire = beginning === 'PREROUTING' ? ask(not(martian(layout.family))) : 1;
  const begins = [ask(start), first, typed, wire, plain, context.questions.possible()].reduce((all, node) => bdd.and(all, node), startable.reduce((all, one) => bdd.or(all, one.start), 0));
  const stays = way === 'delivered' || way === 'looped';
  const goal = ask(and([arrival, host === undefined ? and([]) : stays ? host.own : and([not(host.own), host.leaves])]));
  const failing = statement.mode === 'forbid' ? [{ hook: last, ends: isAccept }] : passed.map((hook) => ({ hook, ends: (end: Ending) => !isAccept(end) }));
  const found = failing.flatMap(({ hook, ends }) => {
    const region = bdd.and(hook === beginning && passed.length > 1 ? ask(arrival) : goal, bdd.and(facts.at(hook), ending(stageAt(hook).outcomes(), ends, context)));
    if (region === 0) return [];
    return arrivalsAt(hook, bdd.and(region, facts.at(hook)), stageAt, facts, context).filter((one) => one.way === way).map((one) => ({ hook, one }));
  });
  const elsewhere = host === undefined ? sentElsewhere(context) : 1;
  const failures = found.map(({ hook, one }) => ({ hook, one: { ...one, start: [begins, elsewhere, context.questions.possible()].reduce((all, node) => bdd.and(all, node), one.start) } })).filter(({ one }) => one.start !== 0);
  // One hook is shown: the first at which something fails.
  const hook = failures[0]?.hook ?? last;
  const arrivals = failures.filter((failure) => failure.hook === hook).map(({ one }) => one);
  const routed: Hook = way === 'forwarded' ? 'FORWARD' : way === 'sent' ? 'OUTPUT' : 'INPUT';
  // What may not be reached is told among all that would come there.
  const coming = statement.mode === 'allow' ? 1 : arrivalsAt(routed, bdd.and(goal, facts.at(routed)), stageAt, facts, context).reduce((all, one) => (one.way === way ? bdd.or(all, one.start) : all), 0);
  const possible = bdd.and(begins, bdd.and(elsewhere, coming));
  const region = failures.reduce((all, { one }) => bdd.or(all, one.start), 0);
  return { statement, way, hook, arrivals, region, possible: bdd.or(region, possible === 0 ? begins : possible) };
}

/** What DNAT sends to an address by name is another host's, where nobody says otherwise. */
function sentElsewhere({ bdd, questions }: RulesetContext): number {
  const isNamed = (bits: readonly number[] | undefined): boolean => bits !== undefined && bits.every((bit) => bit < 2);
  const unicast = [addressTypeCodes.indexOf('UNICAST')];
  return questions
    .asked()
    .filter(({ question, written }) => question.key.startsWith('type of destination') && isNamed(written['ip.destination']))
    .reduce((all, { levels }) => bdd.and(all, codes(bdd, levels, unicast, addressTypeCodes.length)), 1);
}

const isAccept = (ending: Ending): boolean => ending === 'accept' || ending === 'return';

function ending(outcomes: number, wanted: (ending: Ending) => boolean, { bdd, outcomes: table }: RulesetContext): number {
  return bdd.replace(outcomes, 0, (left) => (left === undefined ? undefined : wanted(table.outcome(left).ending) ? 1 : 0));
}
