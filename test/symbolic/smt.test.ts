import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type CoreRule, type CoreRuleset, hooks } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { createBdd } from '../../src/symbolic/bdd.js';
import { createContext } from '../../src/symbolic/context.js';
import { differingNode } from '../../src/symbolic/difference.js';
import { layoutFor, orders } from '../../src/symbolic/layout.js';
import { predicateNode } from '../../src/symbolic/predicate.js';
import { differingNodes, hookNode } from '../../src/symbolic/ruleset.js';
import { emitSmt, NotInSmt } from '../../src/symbolic/smt.js';
import { nameStates } from '../../src/symbolic/states.js';
import { universe } from '../../src/symbolic/universe.js';
import { vocabularyOf } from '../../src/symbolic/vocabulary.js';
import { settings } from '../equivalence/settings.js';
import { randomProgram } from '../generators/ruleset.js';
import { parsed } from './parsed.js';

const available = spawnSync('z3', ['--version']).status === 0;
if (!available) {
  if (process.env['CI'] === 'true' || process.env['FERRULE_REQUIRE_KERNEL'] === '1') throw new Error('z3 is not there (Debian: z3), so that no solver checks the diagrams');
  console.log('z3 is not there (Debian: z3): no solver checks the diagrams');
}

const options = { assume: [] } as const;

interface Answer {
  readonly differs: boolean;
  /** By what the variable means. */
  readonly model: ReadonlyMap<string, bigint>;
}

/** Undefined where z3 has not come to an answer in time. */
function solve(text: string): Answer | undefined {
  const { stdout } = spawnSync('z3', ['-in', '-T:2'], { input: text, encoding: 'utf8', maxBuffer: 1 << 28 });
  const [verdict] = stdout.split('\n');
  // A model may be cut off by the time, too.
  if (verdict === 'unknown' || /^timeout$/m.test(stdout)) return undefined;
  if (verdict !== 'sat' && verdict !== 'unsat') throw new Error(`z3 says ${stdout.slice(0, 300)}`);
  const meanings = new Map([...text.matchAll(/^; (q\d+): (.*)$/gm)].map(([, symbol = '', meaning = '']) => [symbol, meaning]));
  const values = [...stdout.matchAll(/\(define-fun (q\d+) \(\) (?:Bool|\(_ BitVec \d+\))\s+(#x[0-9a-f]+|#b[01]+|true|false)\)/g)];
  const number = (value: string): bigint => (value === 'true' ? 1n : value === 'false' ? 0n : BigInt(value.replace('#', '0')));
  return { differs: verdict === 'sat', model: new Map(values.map(([, symbol = '', value = '']) => [meanings.get(symbol) ?? symbol, number(value)])) };
}

function judge(left: CoreRuleset, right: CoreRuleset): number {
  const vocabulary = vocabularyOf([left, right]);
  const bdd = createBdd(5_000_000);
  const layout = layoutFor(vocabulary, left.family, orders[0] ?? []);
  const context = createContext(bdd, layout, { states: nameStates([left, right]), assume: new Set(), ignoreLogs: false });
  const allowed = predicateNode(universe([], [left, right], vocabulary), { hook: 'PREROUTING', tracked: true }, context);
  let count = 0;
  for (const hook of hooks) {
    let text: string;
    try {
      text = emitSmt(left, right, hook, options);
    } catch (error) {
      if (error instanceof NotInSmt) continue;
      throw error;
    }
    const region = bdd.and(allowed, differingNode(hookNode(left, hook, context), hookNode(right, hook, context), context, allowed));
    const short = differingNodes(left, right, hook, context, allowed, () => undefined);
    expect(bdd.and(allowed, differingNode(short.left, short.right, context, allowed)), 'leaving out what is agreed on').toBe(region);
    const answer = solve(text);
    if (answer === undefined) continue;
    const { differs, model } = answer;
    expect(differs, `${hook}: z3 ${differs ? 'finds a difference' : 'finds none'}\n${text}`).toBe(region !== 0);
    count += 1;
    // What hangs on written fields in an unknown way has no one value to look up.
    if (!differs || /^\(declare-fun q\d+ \(\(/m.test(text)) continue;
    const bits = new Set<number>();
    const set = (levels: readonly number[], value: bigint): void => levels.forEach((level, index) => (value >> BigInt(levels.length - 1 - index)) & 1n && bits.add(level));
    for (const { name, levels } of layout.blocks) set(levels, valueOf(name, levels.length, model, layout.transportLength.thresholds));
    let node = region;
    while (!bdd.isTerminal(node)) node = bits.has(bdd.level(node)) ? bdd.high(node) : bdd.low(node);
    expect(node, `${hook}: the packet that z3 found is not in the region: ${[...model].join(' ')}\n${text}`).toBe(1);
  }
  return count;
}

/** The value of a block of variables, out of what z3 has found. */
function valueOf(block: string, width: number, model: ReadonlyMap<string, bigint>, thresholds: readonly number[]): bigint {
  const header = model.get('transport header') ?? 0n;
  const offsets: { readonly [name: string]: number } = { 'transport.source-port': 0, 'transport.destination-port': 16, 'ah.spi': 32, 'tcp.flags': 104 };
  const offset = offsets[block];
  if (offset !== undefined) return BigInt.asUintN(width, header >> BigInt(112 - offset - width));
  const clamped = (value: bigint): bigint => (value >= 1n << BigInt(width) ? (1n << BigInt(width)) - 1n : value);
  switch (block) {
    case '[in]':
    case '[out]':
      return clamped([...model].find(([name]) => name.startsWith(`${block.slice(1, -1)} interface,`))?.[1] ?? 0n);
    case '[state]':
      return model.get('ct.state') ?? 0n;
    case '[transport bytes]':
      return BigInt(thresholds.filter((bytes) => BigInt(bytes) <= (model.get('transport bytes') ?? 0n)).length);
    case '[snat]':
      return ((model.get('ct.status') ?? 0n) >> 4n) & 1n;
    case '[dnat]':
      return ((model.get('ct.status') ?? 0n) >> 5n) & 1n;
    case '[first]':
      return model.get('first packet') ?? 0n;
    case '[sent]':
      return model.get('sent by this host') ?? 0n;
    default:
      return model.get(block) ?? model.get(block.replace(/^\[(.*)\]$/, '$1')) ?? 0n;
  }
}

/** The rule set with one rule changed: gone, doubled in front of all others, or with another verdict. */
function mutated(ruleset: CoreRuleset, seed: number): CoreRuleset {
  const places = ruleset.tables.flatMap((table, at) => table.chains.flatMap((chain, index) => chain.rules.map((_, rule) => ({ at, index, rule }))));
  const place = places[seed % Math.max(1, places.length)];
  if (place === undefined) return ruleset;
  const change = (rules: readonly CoreRule[]): readonly CoreRule[] => {
    const rule = rules[place.rule];
    if (rule === undefined || seed % 3 === 0) return rules.filter((_, index) => index !== place.rule);
    if (seed % 3 === 1) return [rule, ...rules];
    return rules.map((one, index) => (index === place.rule ? { ...one, action: { kind: one.action.kind === 'accept' ? 'drop' : 'accept' } } : one));
  };
  return {
    ...ruleset,
    tables: ruleset.tables.map((table, at) => (at !== place.at ? table : { ...table, chains: table.chains.map((chain, index) => (index !== place.index ? chain : { ...chain, rules: change(chain.rules) })) })),
  };
}

describe.skipIf(!available)('a solver that reads the rules as SMT-LIB agrees', () => {
  it('on small rule sets', () => {
    const filter = (...rules: readonly string[]): CoreRuleset => parsed('*filter', ...rules);
    const mangle = (...rules: readonly string[]): CoreRuleset => parsed('*mangle', ...rules);
    const pairs: readonly (readonly [CoreRuleset, CoreRuleset])[] = [
      [filter('-A INPUT -s 10.0.0.0/8 -j DROP'), filter('-A INPUT -s 10.0.0.0/9 -j DROP', '-A INPUT -s 10.128.0.0/9 -j DROP')],
      [filter(':c -', '-A FORWARD -i eth0 -j c', '-A c -s 10.0.0.1 -j RETURN', '-A c -j DROP'), filter('-A FORWARD -i eth0 ! -s 10.0.0.1 -j DROP')],
      [filter(':c -', ':FORWARD DROP', '-A FORWARD -g c', '-A FORWARD -j ACCEPT'), filter(':FORWARD DROP')],
      [filter('-A INPUT -p tcp -m tcp --dport 22 -j DROP'), filter('-A INPUT -p tcp -m tcp --dport 22:23 -j DROP')],
      [filter('-A INPUT -j LOG --log-prefix "|x(y"', '-A INPUT -j DROP'), filter('-A INPUT -j DROP')],
      [mangle('-A FORWARD -j MARK --set-mark 1', '-A FORWARD -j MARK --or-mark 2'), mangle('-A FORWARD -j MARK --set-mark 3')],
      [mangle('-A FORWARD -i eth0 -j MARK --set-mark 1', '-A FORWARD -m mark --mark 1 -j DROP'), mangle('-A FORWARD -m mark --mark 1 -j DROP', '-A FORWARD -i eth0 -j MARK --set-mark 1')],
      [mangle('-A FORWARD -j MARK --set-mark 1', '-A FORWARD -j CONNMARK --save-mark'), mangle('-A FORWARD -j CONNMARK --set-mark 1', '-A FORWARD -j MARK --set-mark 1')],
    ];
    for (const [left, right] of pairs) expect(judge(left, right)).toBeGreaterThan(0);
  });

  it.each([4, 6] as const)('on random rule sets and what changing one rule makes of them, IPv%i', (family) => {
    let count = 0;
    for (let round = 0; round < Math.ceil(settings.rulesets / 4); round++) {
      const seed = settings.seed + 700_000 + round;
      const [ruleset] = lower(randomProgram(seed, { family }).program).value.rulesets.filter((one) => one.family === family);
      if (ruleset !== undefined) for (const change of [0, 1, 2]) count += judge(ruleset, mutated(ruleset, seed * 31 + change));
    }
    expect(count).toBeGreaterThan(0);
  }, 60_000);

  it('and no text of the input escapes a comment', () => {
    const left = parsed('*filter', '-A INPUT -m comment --comment "a\u2028(check-sat)" -j LOG --log-prefix "a|b(exit)"', '-A INPUT -i "x|y" -j DROP');
    const text = emitSmt(left, { ...left, file: 'evil\n(exit)' }, 'INPUT', options);
    expect(text.split('\n').filter((line) => !line.startsWith(';') && /exit|x\|y|evil/.test(line))).toEqual([]);
    expect(solve(text)?.differs).toBe(false);
  });
});

