import { type Action, type CoreChain, type CoreProgram, type CoreRuleset, type Family, type Hook, type Predicate, reassembles, type StepResult, type TableName, unreachable } from '../ir/index.js';
import { clampMss, templateConnection, type HostView, type LivePacket, type RuleEngine, type TableVerdict } from '../stack/index.js';
import { assign } from './assign.js';
import { draw, type Draws } from './draw.js';
import { type Answer, answerOf } from './external.js';
import { isTold, runExternal } from './external-jump.js';
import { createTables } from './keyed.js';
import type { Surroundings } from './predicate.js';
import { layout } from './reading.js';
import { match, ready, type ReadyRule } from './rule.js';

/** What the core leaves to its surroundings: the content of sets and the rewriting of TCP options. */
export interface Help {
  readonly inSet: Surroundings['inSet'];
  /** Whether `inSet` can answer; a rule that asks another set has no answer. All unless given. */
  readonly knowsSet?: (name: string) => boolean;
  readonly clampMss: (packet: LivePacket, mss: number | 'clamp-to-pmtu', host: HostView) => 'continue' | 'drop';
  /** How a test by chance ends; they all fail unless given: no comparison may rest on them. */
  readonly chance?: () => boolean;
}

/** No sets; TCP options as the kernel writes them. */
export const plainHelp: Help = {
  inSet: () => false,
  knowsSet: () => false,
  clampMss: (packet, mss, host) => (layout(packet.family, packet.bytes).fragmentOffset !== 0 || clampMss(packet, mss, host) ? 'continue' : 'drop'),
};

interface Base {
  readonly chain: string;
  readonly hook: Hook;
  readonly priority: number;
  /** Written as xtables has it, not raised from nft. */
  readonly xtables: boolean;
  readonly policy: TableVerdict;
  /** The chains that it may lead to: those of its table. */
  readonly chains: ReadonlyMap<string, readonly ReadyRule[]>;
}

/**
 * A direct evaluator of one family of core rules: step by step, rule by rule. Base chains that share a hook and a place run in the
 * order of their priority, in whichever tables they stand, of equals the later one first (measured); an accept ends one of them only. What the core has no word for ends in
 * the verdict `unknown`.
 */
export function coreEngine(rules: CoreProgram | CoreRuleset, family: Family, help: Help = plainHelp): RuleEngine {
  const ruleset = 'rulesets' in rules ? rules.rulesets.find((one) => one.family === family) : rules;
  if (ruleset === undefined || ruleset.family !== family) throw new Error(`no rules of family ${family}`);
  const bases = basesOf(ruleset, help.knowsSet ?? (() => true));
  const draws: Draws = new Map();
  const answers = new Map<Predicate, Answer>();
  const { chance = () => false } = help;
  let known = createTables();
  return {
    family,
    tracking: ruleset.tracking,
    defragmentation: reassembles(ruleset),
    tables: [...bases.keys()],
    reset() {
      draws.clear();
      answers.clear();
      known = createTables();
    },
    run(table, hook, packet, host) {
      const answer: Surroundings['answer'] = (predicate, one) => {
        const asked = answers.get(predicate) ?? answerOf(predicate.test, known);
        answers.set(predicate, asked);
        return asked(one, host);
      };
      const around: Surroundings = { host, inSet: help.inSet, draw: (predicate, { time }) => draw(draws, predicate, time, chance), answer };
      for (const base of bases.get(table) ?? []) {
        if (base.hook !== hook) continue;
        const verdict = traverse(base, { table, packet, host, around, help, xtables: base.xtables });
        if (verdict.kind !== 'accept') return verdict;
      }
      return accept;
    },
  };
}

function basesOf({ tables, family }: CoreRuleset, knowsSet: (name: string) => boolean): ReadonlyMap<TableName, readonly Base[]> {
  const places = new Map<TableName, Base[]>();
  for (const { name: table, chains } of tables) {
    const made = new Map(chains.map(({ name, rules }) => [name, rules.map((rule) => ready(rule, { family, table, chain: name }, knowsSet))]));
    const baseOf = ({ name, base }: CoreChain): readonly Base[] => (base === undefined ? [] : [{ chain: name, hook: base.hook, priority: base.priority ?? 0, xtables: base.priority === undefined, policy: base.policy === 'DROP' ? drop : accept, chains: made }]);
    places.set(table, [...(places.get(table) ?? []), ...chains.flatMap(baseOf)]);
  }
  return new Map([...places].map(([table, bases]) => [table, bases.toReversed().toSorted((a, b) => a.priority - b.priority)]));
}

const accept: TableVerdict = { kind: 'accept' };
const drop: TableVerdict = { kind: 'drop' };

interface Run {
  readonly table: TableName;
  readonly packet: LivePacket;
  readonly host: HostView;
  readonly around: Surroundings;
  readonly help: Help;
  readonly xtables: boolean;
}

/** Chains that call one another twice a level look at 2^depth rules; the kernel would hang, this says so. */
const mostRules = 1_000_000;

/** A stack of places to go back to, as xtables keeps it; a goto leaves none of its own. */
function traverse(base: Base, run: Run): TableVerdict {
  const { table, packet, around } = run;
  const rulesOf = (name: string): readonly ReadyRule[] => base.chains.get(name) ?? missing(name);
  const back: { readonly chain: string; readonly next: number }[] = [];
  let chain = base.chain;
  let next = 0;
  let looked = 0;
  for (;;) {
    const one = rulesOf(chain)[next];
    let leaves = one === undefined;
    if (one === undefined) {
      if (chain !== base.chain) packet.trace({ table, chain, rule: 0, line: 0, result: 'return' });
    } else {
      next += 1;
      const { rule } = one;
      const { action } = rule;
      const trace = (result: StepResult): void => packet.trace({ table, chain, rule: rule.position, line: rule.source.line, result });
      if (++looked > mostRules) {
        return { kind: 'unknown', unknown: { family: packet.family, table, chain, rule: rule.position, extension: 'the jumps', reason: `which lead over more than ${mostRules} rules at one hook`, source: rule.source, limit: true } };
      }
      const found = match(one, packet, around);
      if (found.kind === 'unknown') {
        trace('unknown');
        if (one.opaque === undefined || one.opaque.harmless) continue;
        return { kind: 'unknown', unknown: one.opaque.unknown };
      }
      const { matched, dropped } = found;
      const returns = matched && action.kind === 'return';
      if (matched && !dropped && one.refused !== undefined && !(action.kind === 'outside' && isTold(action.jump, run.host))) {
        trace('unknown');
        return { kind: 'unknown', unknown: one.refused };
      }
      trace(dropped ? 'hotdrop' : !matched ? 'no-match' : returns ? 'return' : 'match');
      if (matched && !returns) {
        const verdict = act(action, run);
        if (verdict !== undefined && !(dropped && verdict.kind !== 'reject')) return verdict;
        if (!dropped && (action.kind === 'jump' || action.kind === 'goto')) {
          if (action.kind === 'jump') back.push({ chain, next });
          chain = action.chain;
          next = 0;
        }
      }
      if (dropped) return drop;
      leaves = returns;
    }
    if (!leaves) continue;
    const place = back.pop();
    if (place === undefined) {
      packet.trace({ table, chain: base.chain, rule: 0, line: 0, result: 'policy' });
      return base.policy;
    }
    ({ chain, next } = place);
  }
}

function missing(name: string): never {
  throw new Error(`no chain ${name}`);
}

/** Carries out an action; a verdict where it ends the base chain. */
function act(action: Action, { packet, host, around, help, xtables }: Run): TableVerdict | undefined {
  switch (action.kind) {
    case 'continue':
    case 'jump':
    case 'goto':
    case 'return':
    case 'log':
    case 'nflog':
    case 'refuse':
      return undefined;
    case 'accept':
      return accept;
    case 'drop':
      return drop;
    case 'reject':
      return { kind: 'reject', with: action.with };
    case 'nat':
      return { kind: 'translate', nat: action.nat };
    case 'assign':
      assign(packet, host, action.to, action.value);
      return undefined;
    case 'notrack':
    case 'ct':
      // The host's answer about an untracked packet is attached already, to xtables alone.
      if (!(xtables && packet.halfAttached === true)) attach(packet, action);
      return undefined;
    case 'outside':
      return runExternal(action.jump, packet, around);
    case 'tcpmss':
      return help.clampMss(packet, action.mss, host) === 'drop' ? drop : undefined;
    default:
      return unreachable(action);
  }
}

/** Only the first of them takes effect. All but NOTRACK leave an entry of no flow, which is NEW until conntrack has a look. */
function attach(packet: LivePacket, action: Extract<Action, { readonly kind: 'notrack' | 'ct' }>): void {
  if (packet.notrack || packet.connection !== undefined) return;
  if (action.kind === 'notrack') {
    packet.notrack = true;
    packet.state = 'UNTRACKED';
    return;
  }
  packet.connection = templateConnection();
  packet.state = 'NEW';
  if (action.ct.zone !== undefined) packet.zone = action.ct.zone;
}
