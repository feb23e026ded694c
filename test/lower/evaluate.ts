import { unreachable, type Action, type CoreProgram, type CoreRule, type CoreTable, type Family } from '../../src/ir/index.js';
import { templateConnection, type HostView, type LivePacket, type RuleEngine, type TableVerdict } from '../../src/stack/index.js';
import { assign } from './assign.js';
import { draw, type Draws } from './draw.js';
import { holds, type Surroundings } from './predicate.js';

/** What the core leaves to its surroundings: the content of sets and the rewriting of TCP options. */
export interface Help {
  readonly inSet: Surroundings['inSet'];
  readonly clampMss: (packet: LivePacket, mss: number | 'clamp-to-pmtu', host: HostView) => 'continue' | 'drop';
}

interface Run {
  readonly table: CoreTable;
  readonly packet: LivePacket;
  readonly host: HostView;
  readonly around: Surroundings;
  readonly help: Help;
}

/** A direct evaluator of one family of a core program: step by step, rule by rule. Throws at a `refuse`. */
export function coreEngine(program: CoreProgram, family: Family, help: Help): RuleEngine {
  const ruleset = program.rulesets.find((one) => one.family === family);
  if (ruleset === undefined) throw new Error(`no rules of family ${family}`);
  const draws: Draws = new Map();
  return {
    family,
    tracking: ruleset.tracking,
    tables: ruleset.tables.map((table) => table.name),
    reset: () => draws.clear(),
    run(name, hook, packet, host) {
      const table = ruleset.tables.find((one) => one.name === name);
      const base = table?.chains.find((chain) => chain.base?.hook === hook);
      if (table === undefined || base?.base === undefined) return { kind: 'accept' };
      const around: Surroundings = { host, inSet: help.inSet, draw: (predicate, { time }) => draw(draws, predicate, time) };
      return traverse({ table, packet, host, around, help }, base.name, base.base.policy);
    },
  };
}

const accept: TableVerdict = { kind: 'accept' };
const drop: TableVerdict = { kind: 'drop' };

/** A stack of places to go back to, as xtables keeps it; a goto leaves none of its own. */
function traverse(run: Run, base: string, policy: 'ACCEPT' | 'DROP'): TableVerdict {
  const { table, packet } = run;
  const rulesOf = (name: string): readonly CoreRule[] => table.chains.find((chain) => chain.name === name)?.rules ?? missing(name);
  const back: { readonly chain: string; readonly next: number }[] = [];
  let chain = base;
  let next = 0;
  for (;;) {
    const rule = rulesOf(chain)[next];
    let leaves = rule === undefined;
    if (rule === undefined) {
      if (chain !== base) packet.trace({ table: table.name, chain, rule: 0, line: 0, result: 'return' });
    } else {
      next += 1;
      const { matched, dropped } = match(rule, run);
      const returns = matched && rule.action.kind === 'return';
      const result = dropped ? 'hotdrop' : !matched ? 'no-match' : returns ? 'return' : 'match';
      packet.trace({ table: table.name, chain, rule: rule.position, line: rule.source.line, result });
      if (matched && !returns) {
        const verdict = act(rule.action, run);
        if (verdict !== undefined && !(dropped && verdict.kind !== 'reject')) return verdict;
        if (!dropped && (rule.action.kind === 'jump' || rule.action.kind === 'goto')) {
          if (rule.action.kind === 'jump') back.push({ chain, next });
          chain = rule.action.chain;
          next = 0;
        }
      }
      if (dropped) return drop;
      leaves = returns;
    }
    if (!leaves) continue;
    const place = back.pop();
    if (place === undefined) {
      packet.trace({ table: table.name, chain: base, rule: 0, line: 0, result: 'policy' });
      return policy === 'ACCEPT' ? accept : drop;
    }
    ({ chain, next } = place);
  }
}

function missing(name: string): never {
  throw new Error(`no chain ${name}`);
}

/** `dropped` beside `matched`: a late `require` failed. */
function match(rule: CoreRule, { packet, around }: Run): { readonly matched: boolean; readonly dropped: boolean } {
  let dropped = false;
  for (const step of rule.steps) {
    if (step.kind === 'refuse') throw new Error(`line ${rule.source.line}: ${step.extension}: ${step.reason}`);
    if (holds(step.predicate, packet, around)) continue;
    if (step.kind === 'test') return { matched: false, dropped };
    dropped = true;
    if (step.late !== true) return { matched: false, dropped };
  }
  return { matched: true, dropped };
}

/** Carries out an action; a verdict where it ends the table. */
function act(action: Action, { packet, host, help }: Run): TableVerdict | undefined {
  switch (action.kind) {
    case 'continue':
    case 'jump':
    case 'goto':
    case 'return':
    case 'log':
    case 'nflog':
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
      assign(packet, action.to, action.value);
      return undefined;
    case 'notrack':
    case 'ct':
      attach(packet, action);
      return undefined;
    case 'tcpmss':
      return help.clampMss(packet, action.mss, host) === 'drop' ? drop : undefined;
    case 'refuse':
      throw new Error(`${action.extension}: ${action.reason}`);
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
