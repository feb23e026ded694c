import { diagnose } from '../../src/diagnostics/index.js';
import type { CoreChain, CoreRuleset, Hook, TableName } from '../../src/ir/index.js';
import type { Expression, Statement } from './ast.js';
import { all, call, compare, has, isFalse, isTrue, member, no, not, number, outcome, variable, when, yes } from './build.js';
import { chainFunction, closes } from './chains.js';
import type { Rewritten, Scene, Session } from './context.js';
import { countCallers, type TableLowering } from './lowering.js';
import { counts } from './counters-text.js';
import { placeOf } from './place.js';
import { isStateful } from './predicates.js';
import { isObservable } from './rules.js';
import { addRewrites, addTranslation, baseChain, reachable, translations } from './rewrites.js';

/** The setting of a whole family: a scene without table, hook and rewrites. */
export type Setting = Omit<Scene, 'family' | 'table' | 'hook' | 'rewritten'>;

/** Name of the C entry; the callers of the functions below are inlined into it. */
export const entry = 'ferrule';

/**
 * One family as the inline function `v4` or `v6`: raw and mangle PREROUTING, then INPUT or FORWARD as the destination decides,
 * both where it does not. It returns PASSED unless every path that the packet may take ends in a silent drop.
 */
export function lowerRuleset(ruleset: CoreRuleset, setting: Setting, session: Session): void {
  const name = `v${ruleset.family}`;
  const walk: Walk = { ruleset, setting, session, rewritten: new Map() };
  const before = untilEnd([...runTable(walk, 'raw', 'PREROUTING'), ...runTable(walk, 'mangle', 'PREROUTING'), ...runNat(walk)]);
  const body = closes(before) ? before : [...before, ...runWays(walk, name)];
  session.functions.push({ name, linkage: 'inline', body });
}

/** INPUT, FORWARD, or both in turn where a packet may take either: it is dropped when every way drops it. */
function runWays(walk: Walk, name: string): readonly Statement[] {
  const { ruleset, setting, session } = walk;
  const exact = session.mode === 'exact';
  const told = setting.host.chain !== undefined;
  const ways = { INPUT: runWay(walk, 'INPUT'), FORWARD: runWay(walk, 'FORWARD') };
  const counting = counts([...session.counters.values()], ruleset.family);
  const place = walk.rewritten.has('ip.destination') && !told ? { input: yes, forward: yes } : placeOf(ruleset.family, setting.host, { exact, counting });
  if (counting && ruleset.family === 6 && !told) setting.assume('link-local-to-this-host');
  if (exact && isTrue(place.input) && isTrue(place.forward) && (ways.INPUT.length > 0 || ways.FORWARD.length > 0)) {
    session.report(diagnose('xdp-way-unknown', {}, { file: ruleset.file, line: 0, column: 0, endColumn: 0 }, { hint: 'say --chain INPUT, --chain FORWARD, --topology FILE or --local ADDRESS' }));
  }
  const way = (hook: 'INPUT' | 'FORWARD', condition: Expression): readonly Statement[] => {
    if (isFalse(condition)) return [];
    if (ways[hook].length === 0) return when(condition, [pass]);
    const inline = `${name}_${hook.toLowerCase()}`;
    session.functions.push({ name: inline, linkage: 'inline', body: untilEnd([...ways[hook], pass]) });
    return when(all([condition, has(call(inline), 'PASSED')]), [pass]);
  };
  // Routing answers IP options that it cannot read, before INPUT and FORWARD.
  const odd = exact || ruleset.family === 6 ? [] : when(compare(member('ip_options'), '!=', number(0)), [pass]);
  const input = way('INPUT', place.input);
  return closes(input) ? input : untilEnd([...odd, ...input, ...way('FORWARD', place.forward), end]);
}

/** Tables are walked in the packet's order; `rewritten` grows as they may change the packet. */
interface Walk {
  readonly ruleset: CoreRuleset;
  readonly setting: Setting;
  readonly session: Session;
  rewritten: ReadonlyMap<Rewritten, string>;
}

/** Statements that end the function when the table at this hook does, and fall through when some path goes on. */
function runTable(walk: Walk, tableName: TableName, hook: Hook): readonly Statement[] {
  const base = baseChain(walk.ruleset, tableName, hook);
  if (base === undefined) return [];
  const drops = base.chain.base?.policy === 'DROP';
  if (base.chain.rules.length === 0) return drops ? [end] : [];
  const result = variable(`${tableName}_${hook.toLowerCase()}`);
  const over = all([drops ? yes : not(has(result, 'RETURNED')), compare(member('accepted'), '==', number(0))]);
  return [
    { kind: 'assign', to: member('accepted'), operator: '=', value: number(0) },
    { kind: 'declare', name: result.kind === 'variable' ? result.name : '', value: call(runChain(walk, base.table, base.chain, hook)) },
    ...when(has(result, 'PASSED'), [pass]),
    ...when(over, [end]),
  ];
}

function runChain(walk: Walk, table: CoreRuleset['tables'][number], chain: CoreChain, hook: Hook): string {
  const { ruleset, session } = walk;
  const chains = reachable(table, chain);
  walk.rewritten = addRewrites(walk.rewritten, chains);
  let names = 0;
  const lowering: TableLowering = {
    session,
    scene: { ...walk.setting, family: ruleset.family, table: table.name, hook, rewritten: walk.rewritten },
    table,
    file: ruleset.file,
    written: new Map(),
    callers: countCallers(chains),
    prefix: `v${ruleset.family}_${table.name}_${hook.toLowerCase()}`,
    fresh: (name) => `${name}_${++names}`,
  };
  return chainFunction(lowering, chain, entry);
}

/**
 * The nat table: whatever it does leaves the packet alive, with a destination that the frame no longer tells. It is run only where
 * it may log or count, which a packet dropped later must not escape.
 */
function runNat(walk: Walk): readonly Statement[] {
  const { ruleset, session } = walk;
  const translating = translations(ruleset);
  if (session.mode === 'exact') {
    for (const [table, chain, rule] of translating) {
      const effect = rule.action.kind === 'nat' ? rule.action.nat.kind.toUpperCase() : '';
      session.report(diagnose('xdp-effect', { effect }, { file: ruleset.file, ...rule.source, table: table.name, chain: chain.name, rule: rule.position }, { hint: 'use --mode prefilter, which leaves such packets to the stack' }));
    }
  }
  const base = ruleset.tracking ? baseChain(ruleset, 'nat', 'PREROUTING') : undefined;
  const counts = base !== undefined && reachable(base.table, base.chain).some((chain) => chain.rules.some(isObserved));
  const run = base !== undefined && counts ? when(has(call(runChain(walk, base.table, base.chain, 'PREROUTING')), 'PASSED'), [pass]) : [];
  if (session.mode === 'exact' && base?.chain.base?.policy === 'DROP') {
    session.report(diagnose('xdp-policy', { table: 'nat' }, { file: ruleset.file, line: 0, column: 0, endColumn: 0, table: 'nat', chain: base.chain.name }));
  }
  if (translating.length > 0) walk.rewritten = addTranslation(walk.rewritten);
  return run;
}

const isObserved = (rule: CoreChain['rules'][number]): boolean =>
  isObservable(rule.action) || rule.steps.some((step) => step.kind === 'refuse' || isStateful(step.predicate));

/** INPUT or FORWARD, in tables' order; empty when everything that comes here passes. */
function runWay(from: Walk, hook: 'INPUT' | 'FORWARD'): readonly Statement[] {
  if (from.setting.host.chain !== undefined && from.setting.host.chain !== hook) return [];
  const walk = { ...from };
  const lost = hook === 'FORWARD' ? lostBeforeForward(walk) : [];
  const tables = (['mangle', 'filter', 'security'] as const).flatMap((table) => runTable(walk, table, hook));
  return tables.length === 0 ? [] : [...lost, ...tables];
}

/** What is not forwarded but answered: no lifetime left, or too big for the way out (as far as that is known). */
function lostBeforeForward({ ruleset, setting, session, rewritten }: Walk): readonly Statement[] {
  const { smallestMtu, largestMtu } = setting.host;
  const mtu = session.mode === 'exact' ? largestMtu : smallestMtu;
  const whole = ruleset.family === 4 ? compare(member('dont_fragment'), '!=', number(0)) : yes;
  const tooBig = when(mtu === undefined ? no : all([whole, compare(member('length'), '>', number(mtu))]), [pass]);
  if (rewritten.has('ip.ttl')) {
    if (session.mode === 'exact') session.report(diagnose('xdp-effect', { effect: ruleset.family === 4 ? 'TTL' : 'HL' }, { file: ruleset.file, line: 0, column: 0, endColumn: 0, table: 'mangle', chain: 'PREROUTING' }));
    return [pass];
  }
  return [...when(compare(member('ttl'), '<=', number(1)), [pass]), ...tooBig];
}

const pass: Statement = { kind: 'return', value: outcome('PASSED') };
const end: Statement = { kind: 'return', value: outcome('ENDED') };

/** What stands behind an unconditional return is never reached. */
function untilEnd(statements: readonly Statement[]): readonly Statement[] {
  const last = statements.findIndex((statement) => statement.kind === 'return');
  return last < 0 ? statements : statements.slice(0, last + 1);
}
