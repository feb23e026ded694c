import { diagnose } from '../../../src/diagnostics/index.js';
import { type CoreProgram, type CoreRuleset, type CoreTable, type Hook, reassembles, type Source, type TableName } from '../../../src/ir/index.js';
import { verdict, type NftBase, type NftRule, type NftScript, type NftTable } from '../ast.js';
import { encodeName } from '../names.js';
import { newChain, turnsTrackingOn, type Compilation, type TableBuilder } from './context.js';
import { protocolTest } from './action.js';
import { addLateChains } from './late.js';
import { lowerRule } from './rule.js';

/** The whole program, table by table. What could not be said stands in `compilation.diagnostics`. */
export function lowerScript(program: CoreProgram, tablePrefix: string, compilation: Compilation): NftScript {
  return { tables: program.rulesets.flatMap((ruleset) => lowerRuleset(ruleset, tablePrefix, compilation)) };
}

function lowerRuleset(ruleset: CoreRuleset, tablePrefix: string, compilation: Compilation): readonly NftTable[] {
  const builders = ruleset.tables.map((table) => lowerTable(table, ruleset, compilation));
  const [first] = builders;
  const asked = builders.some((table) => turnsTrackingOn(table.chains.flatMap((chain) => chain.rules)));
  if (ruleset.tracking && !asked && first !== undefined) {
    // Nothing jumps here: that a rule speaks of connections is enough to turn tracking, and with it reassembly, on.
    newChain(first, '_.tracking').rules.push({
      statements: [{ kind: 'match', left: { kind: 'ct', key: 'state' }, negated: false, right: { kind: 'flags', bits: 8n } }, verdict('return')],
    });
  } else if (ruleset.reassembly === true && first !== undefined && !builders.some(({ chains }) => chains.some(({ rules }) => rules.some(isProxied)))) {
    // Nor here: of all that nft can say only `tproxy` has fragments put together and tracks nothing (`socket` does not, measured).
    newChain(first, '_.reassembly').rules.push({ statements: [protocolTest(6), { kind: 'tproxy', port: 1 }, verdict('accept')] }, { statements: [verdict('drop')] });
  }
  return builders.map((builder) => {
    checkDepth(builder);
    return {
      family: builder.family,
      name: `${tablePrefix}${builder.table}`,
      origin: builder.table,
      sets: [...builder.sets.values()],
      helpers: [...builder.helpers.values()],
      accounts: [...builder.accounts],
      chains: builder.chains.map(({ name, base, rules }) => ({ name, rules, ...(base === undefined ? {} : { base }) })),
    };
  });
}

const isProxied = ({ statements }: NftRule): boolean => statements.some(({ kind }) => kind === 'tproxy');

function lowerTable(table: CoreTable, ruleset: CoreRuleset, compilation: Compilation): TableBuilder {
  const builder: TableBuilder = {
    compilation,
    family: ruleset.family,
    file: ruleset.file,
    reassembles: reassembles(ruleset),
    table: table.name,
    hooks: hooksOfChains(table),
    hasNotrack: table.chains.some(({ rules }) => rules.some(({ action }) => action.kind === 'notrack')),
    chains: [],
    sets: new Map(),
    meters: new Map(),
    helpers: new Map(),
    accounts: new Set(),
  };
  for (const chain of table.chains) {
    const base = chain.base === undefined ? undefined : baseOf(table.name, chain.base.hook, chain.base.policy);
    let current = newChain(builder, encodeName(chain.name), base);
    for (const rule of chain.rules) current = lowerRule(rule, chain.name, current, builder);
  }
  addLateChains(table, builder);
  return builder;
}

const priorities: { readonly [T in TableName]: number } = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };

/** Where xtables stands at each hook. In INPUT and POSTROUTING nat comes after everything else. */
function baseOf(table: TableName, hook: Hook, policy: 'ACCEPT' | 'DROP'): NftBase {
  const sourceNat = table === 'nat' && (hook === 'INPUT' || hook === 'POSTROUTING');
  return {
    type: table === 'nat' ? 'nat' : table === 'mangle' && hook === 'OUTPUT' ? 'route' : 'filter',
    hook,
    priority: sourceNat ? 100 : priorities[table],
    policy: policy === 'DROP' ? 'drop' : 'accept',
  };
}

function hooksOfChains(table: CoreTable): ReadonlyMap<string, ReadonlySet<string>> {
  const byName = new Map(table.chains.map((chain) => [chain.name, chain]));
  const hooks = new Map<string, Set<string>>();
  for (const { name: start, base } of table.chains) {
    if (base === undefined) continue;
    const open = [start];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const reached = hooks.get(name) ?? new Set<string>();
      if (reached.has(base.hook)) continue;
      hooks.set(name, reached.add(base.hook));
      for (const { action } of byName.get(name)?.rules ?? []) if (action.kind === 'jump' || action.kind === 'goto') open.push(action.chain);
    }
  }
  return hooks;
}

/** Chains that may be nested below a base chain, gotos counted: one more and nft says "Too many links". */
const depthLimit = 15;

function checkDepth(builder: TableBuilder): void {
  const byName = new Map(builder.chains.map((chain) => [chain.name, chain]));
  const depths = new Map<string, number>();
  const depthOf = (name: string, above: ReadonlySet<string>): number => {
    const known = depths.get(name);
    if (known !== undefined || above.has(name)) return known ?? 0;
    const path = new Set(above).add(name);
    let depth = 0;
    for (const { statements } of byName.get(name)?.rules ?? []) {
      for (const statement of statements) {
        if (statement.kind === 'jump' || statement.kind === 'goto') depth = Math.max(depth, 1 + depthOf(statement.chain, path));
      }
    }
    depths.set(name, depth);
    return depth;
  };
  for (const { name, base, rules } of builder.chains) {
    if (base === undefined || depthOf(name, new Set()) <= depthLimit) continue;
    const deep = rules.find(({ statements }) => statements.some((s) => (s.kind === 'jump' || s.kind === 'goto') && depthOf(s.chain, new Set()) >= depthLimit));
    const source: Source = { line: deep?.origin?.line ?? 1, column: 1, endColumn: 1 };
    const rule = deep?.origin === undefined ? {} : { rule: deep.origin.position };
    builder.compilation.diagnostics.push(
      diagnose('nft-chains-too-deep', { depth: depthOf(name, new Set()), limit: depthLimit }, { ...source, file: builder.file, table: builder.table, chain: name, ...rule }),
    );
  }
}
