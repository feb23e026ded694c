import { type Action, type CoreChain, type CoreRule, type CoreRuleset, type CoreTable, type Field, type Hook, identityOf, type Step, tableNames, unreachable } from '../ir/index.js';
import { assignmentBits } from './assignment.js';
import { ctStateCodes, type Layout } from './layout.js';
import { type BitSource, type Outcome, type OutcomeTable, inSequence, type Ending } from './outcome.js';
import { predicateNode, type PredicateContext, type Standpoint } from './predicate.js';
import { refusedKey } from './vocabulary.js';

/** What is needed to turn rules into diagrams. */
export interface RulesetContext extends PredicateContext {
  readonly outcomes: OutcomeTable;
  /** Called when a rule is begun, so that giving up can name where. */
  progress?(rule: CoreRule): void;
}

/** The pseudo-field that NOTRACK writes. */
const trackingState = 'ct.state';

/** Order of the tables at a hook; source translation runs last. */
function tablesAt(hook: Hook, tables: readonly CoreTable[]): readonly CoreTable[] {
  const rank = (table: CoreTable): number => (table.name === 'nat' && (hook === 'INPUT' || hook === 'POSTROUTING') ? tableNames.length : tableNames.indexOf(table.name));
  return tables.filter((table) => table.chains.some((chain) => chain.base?.hook === hook)).toSorted((a, b) => rank(a) - rank(b));
}

/** The outcome of every packet at one hook: a diagram whose terminals are numbers of `outcomes`. */
export function hookNode(ruleset: CoreRuleset, hook: Hook, context: RulesetContext): number {
  const accepted = endNode('accept', context);
  return tablesAt(hook, ruleset.tables)
    // Without connection tracking nothing ever visits the nat table.
    .filter((table) => table.name !== 'nat' || ruleset.tracking)
    .reduceRight((rest, table) => follow(tableNode(table, { hook, tracked: ruleset.tracking && table.name !== 'raw' }, context), 'accept', rest, context), accepted);
}

const endNode = (ending: Ending, { bdd, outcomes }: RulesetContext): number => bdd.terminal(outcomes.number({ ending, effects: [], written: {} }));

/**
 * Goes on with `rest` wherever `node` ends with `ending`: its effects come first, and what it has written is what `rest` reads.
 * Everything that ends otherwise stays.
 */
function follow(node: number, ending: Ending, rest: number, context: RulesetContext): number {
  const { bdd, outcomes } = context;
  if (node === rest) return node;
  const plain = endNode(ending, context);
  const classes = new Map<string, { readonly written: Outcome['written']; readonly values: Set<number> }>();
  for (const value of bdd.terminalsOf(node)) {
    const outcome = outcomes.outcome(value);
    if (outcome.ending !== ending) continue;
    const key = identityOf(outcome.written);
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { written: outcome.written, values: new Set([value]) });
    else known.values.add(value);
  }
  // Each class goes on with what its writings make of the rest. Classes stand aside as placeholders first, so that what one brings in is not taken for another.
  const groups = [...classes.values()];
  const placeholder = (value: number): number => bdd.terminal(-value - 1);
  const aside = groups.length === 1 ? node : bdd.replace(node, 0, (left) => (left === undefined ? undefined : outcomes.outcome(left).ending === ending ? placeholder(left) : 'left'));
  return groups.reduce((result, { written, values }) => {
    const joined = new Map<string, number>();
    const join = (left: number, right: number): number => {
      const key = `${left} ${right}`;
      const known = joined.get(key) ?? bdd.terminal(outcomes.number(inSequence(outcomes.outcome(left), outcomes.outcome(right))));
      joined.set(key, known);
      return known;
    };
    const after = bdd.substitute(rest, substitutionOf(written, context));
    return bdd.replace(result, after, (left, right) => {
      if (left === undefined) return undefined;
      const value = groups.length === 1 ? left : -left - 1;
      if (!values.has(value)) return 'left';
      if (bdd.terminal(value) === plain) return 'right';
      return right === undefined ? undefined : join(value, right);
    });
  }, aside);
}

/** What assignments mean to the tests behind them: each written bit reads from where it came. */
function substitutionOf(written: Outcome['written'], { bdd, layout }: RulesetContext): ReadonlyMap<number, number> {
  const substitution = new Map<number, number>();
  for (const [field, bits] of Object.entries(written)) {
    fieldLevels(layout, field)?.forEach((level, index) => {
      const source = bits[index] ?? 0;
      if (source === 0 || source === 1) {
        substitution.set(level, source);
        return;
      }
      const from = fieldLevels(layout, source.field)?.[source.bit];
      const variable = from === undefined ? 0 : bdd.variable(from);
      substitution.set(level, source.inverted ? bdd.not(variable) : variable);
    });
  }
  return substitution;
}

/** Levels of a field when some rule reads it; a field that nobody reads has none. */
function fieldLevels(layout: Layout, field: string): readonly number[] | undefined {
  if (field === trackingState) return layout.ctState;
  return layout.knows(field) ? layout.field(field as Field) : undefined;
}

/** One table's base chain at a hook; ends with `accept` where the next table goes on. */
function tableNode(table: CoreTable, at: Standpoint, context: RulesetContext): number {
  const { bdd } = context;
  const chains = new Map(table.chains.map((chain) => [chain.name, chain]));
  const known = new Map<string, number>();
  const accepted = endNode('accept', context);
  const dropped = endNode('drop', context);
  const returned = endNode('return', context);
  const terminal = (outcome: Outcome): number => bdd.terminal(context.outcomes.number(outcome));

  /** A chain by itself, whoever calls it: worked out once. */
  const chainNode = (name: string): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const chain = chains.get(name);
    if (chain === undefined) throw new Error(`no chain ${name} in table ${table.name}`);
    const node = rulesNode(chain);
    known.set(name, node);
    return node;
  };

  const rulesNode = (chain: CoreChain): number =>
    chain.rules.reduceRight((rest, rule) => {
      context.progress?.(rule);
      return ruleNode(rule, rest);
    }, returned);

  /** A rule before the rest of its chain. Where it does not match it is as if it returned at once, which goes on with the rest. */
  const ruleNode = (rule: CoreRule, rest: number): number => {
    const { action } = rule;
    // What leaves the chain does not read the rest of it.
    if (action.kind === 'return' || action.kind === 'goto') return guarded(rule.steps, actionNode(action), rest);
    const body = guarded(rule.steps, actionNode(action), returned);
    return body === returned ? rest : follow(body, 'return', rest, context);
  };

  /** `body` where all steps hold, `otherwise` where a test fails; a failed requirement drops. */
  const guarded = (steps: readonly Step[], body: number, otherwise: number): number =>
    steps.reduceRight((node, step) => {
      if (step.kind === 'refuse') return bdd.ite(bdd.variable(context.layout.opaque(refusedKey(step))), node, otherwise);
      return bdd.ite(predicateNode(step.predicate, at, context), node, step.kind === 'require' ? dropped : otherwise);
    }, body);

  const effect = (text: string, ending: Ending = 'return', written: Outcome['written'] = {}): number => terminal({ ending, effects: [text], written });

  const actionNode = (action: Action): number => {
    switch (action.kind) {
      case 'continue':
      case 'return':
        return returned;
      case 'accept':
        return accepted;
      case 'drop':
        return dropped;
      case 'reject':
        return terminal({ ending: `reject ${action.with}`, effects: [], written: {} });
      case 'jump':
      case 'goto':
        return chainNode(action.chain);
      case 'log':
        return effect(`log ${identityOf(action.log)}`);
      case 'nflog':
        return effect(`nflog ${identityOf(action.nflog)}`);
      case 'assign': {
        const bits = assignmentBits(action);
        if (bits === undefined) return effect(`assign ${action.to} ${identityOf(action.value)}`);
        return terminal({ ending: 'return', effects: [], written: { [action.to]: bits } });
      }
      case 'nat':
        return effect(`nat ${identityOf(action.nat)}`, 'accept');
      case 'notrack':
        return effect('notrack', 'return', { [trackingState]: untracked });
      case 'ct':
        return action.ct.notrack === true ? effect('notrack', 'return', { [trackingState]: untracked }) : effect(`ct ${identityOf(action.ct)}`);
      case 'tcpmss':
        return effect(`tcpmss ${action.mss}`);
      case 'refuse':
        return effect(`refused ${action.identity ?? action.extension}`);
      default:
        return unreachable(action);
    }
  };

  const base = table.chains.filter((chain) => chain.base?.hook === at.hook);
  return base.reduceRight((rest, chain) => {
    const through = follow(rulesNode(chain), 'return', chain.base?.policy === 'DROP' ? dropped : accepted, context);
    return follow(through, 'accept', rest, context);
  }, accepted);
}

const untracked: readonly BitSource[] = [2, 1, 0].map((bit) => (((ctStateCodes.indexOf('UNTRACKED') >> bit) & 1) === 1 ? 1 : 0));
