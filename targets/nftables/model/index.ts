import type { Family, Fingerprint, Hook, Source, TableName } from '../../../src/ir/index.js';
import type { LivePacket, RuleEngine, TableVerdict } from '../../../src/stack/index.js';
import type { Expression, NftBase, NftChain, NftRule, NftScript, NftTable, Statement } from '../ast.js';
import { indexSet, type SetIndex } from './sets.js';
import { execute } from './statements.js';
import type { Evaluation, ModelState } from './expressions.js';
import { packetInfo } from './packet.js';

/**
 * nft's own way of evaluating a script, for one family: loads that fail break off the rule, short loads read into later fragments,
 * the IPv6 walk stops at an authentication header. Written from the kernel's behaviour and apart from the lowering, so that the
 * two check each other. `seed` begins the stream that `numgen random` draws from; `fingerprints` are those that the kernel has.
 */
export function createModel(script: NftScript, family: Family, seed = 0, fingerprints: readonly Fingerprint[] = []): RuleEngine {
  const tables = new Map(script.tables.filter((table) => table.family === family).map((table) => [table.origin, prepare(table)]));
  let state = freshState(seed, fingerprints);
  return {
    family,
    tracking: [...tables.values()].some(({ chains }) => [...chains.values()].some(({ rules }) => rules.some(({ statements }) => statements.some(tracks)))),
    defragmentation: [...tables.values()].some(({ chains }) => [...chains.values()].some(({ rules }) => rules.some(({ statements }) => statements.some(({ kind }) => kind === 'tproxy')))),
    tables: [...tables.keys()],
    run(name, hook, packet, host) {
      const table = tables.get(name);
      const base = table?.bases.get(hook);
      if (table === undefined || base === undefined) return { kind: 'accept' };
      return traverse(table, base, name, { packet, host, info: packetInfo(packet), state });
    },
    reset() {
      state = freshState(seed, fingerprints);
    },
  };
}

interface Prepared {
  readonly chains: ReadonlyMap<string, NftChain>;
  readonly bases: ReadonlyMap<Hook, NftChain & { readonly base: NftBase }>;
  readonly sets: ReadonlyMap<string, SetIndex>;
}

function prepare(table: NftTable): Prepared {
  const bases = new Map<Hook, NftChain & { readonly base: NftBase }>();
  // A table may have a second chain at a hook, behind connection tracking, which only sets helpers and events.
  for (const chain of table.chains) if (chain.base !== undefined && !bases.has(chain.base.hook)) bases.set(chain.base.hook, { ...chain, base: chain.base });
  return {
    chains: new Map(table.chains.map((chain) => [chain.name, chain])),
    bases,
    sets: new Map(table.sets.map((set) => [set.name, indexSet(set)])),
  };
}

function freshState(seed: number, fingerprints: readonly Fingerprint[]): ModelState {
  let value = (seed ^ 0x9e3779b9) >>> 0;
  return {
    counters: new Map(),
    buckets: new Map(),
    quotas: new Map(),
    elements: new Map(),
    fingerprints,
    random() {
      // mulberry32, whose upper 31 bits the interpreter draws
      value = (value + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(value ^ (value >>> 15), value | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return (mixed ^ (mixed >>> 14)) >>> 0;
    },
  };
}

function traverse(table: Prepared, base: NftChain & { readonly base: NftBase }, name: TableName, run: Evaluation): TableVerdict {
  const callers: { readonly rules: readonly NftRule[]; readonly next: number }[] = [];
  let rules = base.rules;
  let at = 0;
  for (;;) {
    const rule = rules[at];
    at += 1;
    if (rule === undefined) {
      const caller = callers.pop();
      if (caller === undefined) {
        run.packet.trace({ table: name, chain: base.base.hook, rule: 0, line: 0, result: 'policy' });
        return { kind: base.base.policy };
      }
      rules = caller.rules;
      at = caller.next;
      continue;
    }
    const effect = runRule(rule, name, table, run);
    switch (effect.kind) {
      case 'next':
      case 'break':
        break;
      case 'verdict':
        return effect.verdict;
      case 'return':
        at = rules.length;
        break;
      case 'jump':
      case 'goto': {
        const chain = table.chains.get(effect.chain);
        if (chain === undefined) throw new Error(`nft model: no chain ${effect.chain}`);
        if (effect.kind === 'jump') callers.push({ rules, next: at });
        rules = chain.rules;
        at = 0;
        break;
      }
    }
  }
}

function runRule(rule: NftRule, table: TableName, prepared: Prepared, run: Evaluation): ReturnType<typeof execute> {
  const { origin } = rule;
  const source: Source = { line: origin?.line ?? 0, column: 1, endColumn: 1 };
  let last: ReturnType<typeof execute> = { kind: 'next' };
  for (const statement of rule.statements) {
    last = execute(statement, run, prepared.sets, source);
    if (last.kind === 'break') return last;
    if (last.kind !== 'next') break;
  }
  if (origin?.acts === true) note(run.packet, table, origin, last.kind === 'return' ? 'return' : 'match');
  return last;
}

const note = (packet: LivePacket, table: TableName, origin: NonNullable<NftRule['origin']>, result: 'match' | 'return'): void =>
  packet.trace({ table, chain: origin.chain, rule: origin.position, line: origin.line, result });

/** Loading any `ct` expression and any translation turns connection tracking on; `notrack` does not. */
function tracks(statement: Statement): boolean {
  switch (statement.kind) {
    case 'nat':
    case 'helper':
    case 'label':
    case 'set-label':
    case 'ct-zone':
    case 'account':
    case 'ct-helper':
    case 'ct-events':
    case 'synproxy':
      return true;
    case 'match':
    case 'loads':
    case 'below':
      return asks(statement.left);
    case 'update':
      return statement.asks?.kind === 'connections' || asks(statement.key);
    case 'set':
      return statement.target.kind === 'ct' || asks(statement.value);
    default:
      return false;
  }
}

function asks(expression: Expression): boolean {
  if (expression.kind === 'ct' || expression.kind === 'jhash') return true;
  if (expression.kind === 'binary') return asks(expression.left);
  if (expression.kind === 'map') return asks(expression.key);
  return expression.kind === 'concat' && expression.parts.some(asks);
}
