import { unreachable, type AssumptionId, type Interval, type Predicate, type Step } from '../../../src/ir/index.js';
import type { Existence, Expression, Statement } from '../ast.js';
import type { ListedPart, ListedStatement } from '../read/listed.js';
import { isInterval, opaqueStep, plainText, type Progress, type RuleContext } from './context.js';
import { listed, updated } from './dynamic.js';
import { exthdrThere, protocolIs } from './header.js';
import { and, constant, negatedIf, never, not, ones, or, present } from './predicates.js';
import { optionsReadable, readingOf, type Reading } from './reading.js';

export type TestStatement = Extract<ListedStatement, { readonly kind: 'match' | 'loads' | 'below' | 'exists' | 'limit' | 'quota' | 'update' | 'helper' | 'label' | 'set-label' | 'constant' | 'compare' | 'whole-tcp' }>;

export const isTest = (statement: ListedStatement): statement is TestStatement =>
  statement.kind === 'match' || statement.kind === 'loads' || statement.kind === 'below' || statement.kind === 'exists' || statement.kind === 'limit' || statement.kind === 'quota' || statement.kind === 'update' || statement.kind === 'helper' || statement.kind === 'label' || statement.kind === 'set-label' || statement.kind === 'constant' || statement.kind === 'compare' || statement.kind === 'whole-tcp';

/** The tests of a statement behind those that stand before it. */
export function addTest(progress: Progress, statement: TestStatement, context: RuleContext): Progress {
  const raised = predicatesOf(statement, progress, context);
  const added = raised === undefined ? [opaqueStep(`nft ${plainText(statement)}`, context)] : raised.flatMap((predicate) => testSteps(predicate, context));
  const protocol = protocolTested(statement) ?? progress.protocol;
  return { steps: [...progress.steps, ...added], ...(protocol === undefined ? {} : { protocol }) };
}

/** One step for each conjunct. */
export const testSteps = (predicate: Predicate, { source }: RuleContext, assumption?: AssumptionId): readonly Step[] =>
  conjuncts(predicate).map((one): Step => ({ kind: 'test', predicate: one, source, ...(assumption === undefined ? {} : { assumption }) }));

const conjuncts = (predicate: Predicate): readonly Predicate[] =>
  predicate.kind === 'and' ? predicate.operands.flatMap(conjuncts) : predicate.kind === 'constant' && predicate.value ? [] : [predicate];

/** The one transport protocol that is left, when a test leaves one. */
function protocolTested(statement: TestStatement): number | undefined {
  if (statement.kind !== 'match' || statement.left.kind === 'ct') return undefined;
  const root = rootOf(statement.left);
  if (root.kind === 'payload' && root.protocol !== undefined) return root.protocol;
  const asks = (root.kind === 'meta' && root.key === 'l4proto') || (root.kind === 'payload' && root.name === 'ip protocol');
  if (!asks || root !== statement.left || statement.negated || statement.right.kind !== 'intervals') return undefined;
  const [only, ...more] = statement.right.intervals;
  return only !== undefined && more.length === 0 && only.min === only.max ? Number(only.min) : undefined;
}

function rootOf(expression: Expression): Expression {
  return expression.kind === 'binary' ? rootOf(expression.left) : expression;
}

/** In order; all must hold. Undefined where the core has no word for it. */
function predicatesOf(statement: TestStatement, progress: Progress, context: RuleContext): readonly Predicate[] | undefined {
  const { family } = context;
  switch (statement.kind) {
    case 'constant':
      return [constant(statement.holds)];
    case 'whole-tcp':
      return [optionsReadable(family)];
    case 'loads': {
      const reading = readingOf(statement.left, family, progress.protocol);
      return reading === undefined ? undefined : [reading.guard];
    }
    case 'below':
      return drawn(statement);
    case 'exists':
      return existence(statement.what, statement.negated, context);
    case 'limit':
      return [negatedIf(statement.over, limit(statement))];
    case 'quota':
      return [negatedIf(statement.over, { kind: 'external', test: { kind: 'quota', bytes: statement.bytes } })];
    case 'update':
      return updated(statement, progress, context);
    case 'label':
      return [present({ kind: 'connection' }), negatedIf(statement.negated, { kind: 'external', test: { kind: 'label', bit: statement.bit, set: false } })];
    case 'set-label':
      return [{ kind: 'external', test: { kind: 'label', bit: statement.bit, set: true } }];
    case 'helper': {
      const named = statement.names.map((name): Predicate => ({ kind: 'external', test: { kind: 'helper', name } }));
      return statement.negated ? [{ kind: 'external', test: { kind: 'helper' } }, not(or(named))] : [or(named)];
    }
    case 'compare':
      return compare(statement.left, statement.elements, statement.negated, progress, context);
    case 'match':
      return matches(statement, progress, context);
    default:
      return unreachable(statement);
  }
}

function matches(statement: Extract<Statement, { kind: 'match' }>, progress: Progress, context: RuleContext): readonly Predicate[] | undefined {
  const { left, negated, right } = statement;
  switch (right.kind) {
    case 'intervals':
      if (left.kind === 'numgen') return everyNth(left, negated, right.intervals);
      return within(left, right.intervals, negated, progress, context);
    case 'flags': {
      const reading = readingOf(left, context.family, progress.protocol);
      const some = right.bits === 0n ? never : reading?.test(right.bits, [{ min: 1n, max: right.bits }]);
      return reading === undefined || some === undefined ? undefined : [reading.guard, negatedIf(negated, some)];
    }
    case 'interface':
      return compare(left, [[{ name: right.name, prefix: right.prefix }]], negated, progress, context);
    case 'set': {
      const set = context.table.sets.get(right.name);
      if (set?.dynamic === true) return listed(right.name, left, negated, progress, context);
      return set === undefined ? undefined : compare(left, set.elements.map(({ parts }) => parts), negated, progress, context);
    }
    default:
      return unreachable(right);
  }
}

function within(left: Expression, intervals: readonly Interval[], negated: boolean, progress: Progress, { family }: RuleContext): readonly Predicate[] | undefined {
  const reading = readingOf(left, family, progress.protocol);
  if (reading === undefined) return undefined;
  const tested = testOf(reading, intervals);
  return tested === undefined ? undefined : [reading.guard, negatedIf(negated, tested)];
}

/** All values, or none, can be told without a field. */
function testOf(reading: Reading, intervals: readonly Interval[]): Predicate | undefined {
  const full = ones(reading.bits);
  if (intervals.length === 0) return never;
  if (intervals.some(({ min, max }) => min === 0n && max >= full)) return constant(true);
  return reading.test(full, intervals);
}

/** One of the elements, each as many keys as the left side has parts. All parts must load first. */
export function compare(left: Expression, elements: readonly (readonly ListedPart[])[], negated: boolean, progress: Progress, context: RuleContext): readonly Predicate[] | undefined {
  const keys = (left.kind === 'concat' ? left.parts : [left]).map((part) => keyOf(part, progress, context));
  if (!keys.every((key) => key !== undefined)) return undefined;
  const alternatives = grouped(elements).map((parts) => (parts.length !== keys.length ? undefined : allOf(parts.map((part, index) => keys[index]?.test(part)))));
  if (!alternatives.every((one) => one !== undefined)) return undefined;
  return [...keys.map(({ guard }) => guard), negatedIf(negated, or(alternatives))];
}

const allOf = (predicates: readonly (Predicate | undefined)[]): Predicate | undefined => (predicates.every((one) => one !== undefined) ? and(predicates) : undefined);

/** Elements that differ in their last part alone are one. */
function grouped(elements: readonly (readonly ListedPart[])[]): readonly (readonly (readonly ListedPart[])[])[] {
  const groups = new Map<string, { readonly head: readonly ListedPart[]; readonly last: ListedPart[] }>();
  for (const parts of elements) {
    const head = parts.slice(0, -1);
    const key = plainText(head);
    const group = groups.get(key) ?? { head, last: [] };
    groups.set(key, group);
    group.last.push(...parts.slice(-1));
  }
  return [...groups.values()].map(({ head, last }) => [...head.map((part) => [part]), last]);
}

interface Key {
  readonly guard: Predicate;
  test(parts: readonly ListedPart[]): Predicate | undefined;
}

function keyOf(part: Expression, progress: Progress, { family }: RuleContext): Key | undefined {
  if (part.kind === 'meta' && (part.key === 'iifname' || part.key === 'oifname')) {
    const direction = part.key === 'iifname' ? 'in' : 'out';
    return {
      guard: constant(true),
      test: (parts) => {
        const names = parts.map((one): Predicate | undefined => (isInterval(one) ? undefined : { kind: 'interface', direction, pattern: { name: one.name, prefix: one.prefix === true } }));
        return names.every((one) => one !== undefined) ? or(names) : undefined;
      },
    };
  }
  const reading = readingOf(part, family, progress.protocol);
  if (reading === undefined) return undefined;
  return { guard: reading.guard, test: (parts) => (parts.every(isInterval) ? testOf(reading, parts) : undefined) };
}

const unitLengths = { second: 10_000, minute: 600_000, hour: 36_000_000, day: 864_000_000 } as const;

/** As iptables stores it: 1/10000 s for a packet, rounded down. */
function limit({ rate, unit, burst }: Extract<Statement, { kind: 'limit' }>): Predicate {
  const interval = Math.floor(unitLengths[unit] / rate);
  return { kind: 'limit', identity: `limit ${interval}/10000s burst ${burst}`, interval, burst };
}

function drawn({ left, negated, value }: Extract<Statement, { kind: 'below' }>): readonly Predicate[] | undefined {
  if (left.kind !== 'numgen' || left.mode !== 'random' || left.modulus !== 2 ** 31) return undefined;
  const probability = Number(value);
  if (probability === 0 || probability >= left.modulus) return [constant((probability !== 0) !== negated)];
  return [negatedIf(negated, { kind: 'random', identity: `random ${probability}/2^31`, probability })];
}

function everyNth({ mode, modulus }: Extract<Expression, { kind: 'numgen' }>, negated: boolean, intervals: readonly Interval[]): readonly Predicate[] | undefined {
  const [only, ...more] = intervals;
  if (mode !== 'inc' || only === undefined || more.length > 0 || only.min !== only.max) return undefined;
  const packet = Number(only.min);
  if (packet >= modulus) return [constant(negated)];
  return [negatedIf(negated, modulus === 1 ? constant(true) : { kind: 'nth', identity: `every ${modulus} packet ${packet}`, every: modulus, packet })];
}

/** `missing` is true too where nothing could be looked for. */
function existence(what: Existence, negated: boolean, { family }: RuleContext): readonly Predicate[] {
  switch (what.kind) {
    case 'exthdr':
      return [negatedIf(negated, family === 4 ? never : exthdrThere(what.header))];
    case 'tcp-option': {
      const there = and([optionsReadable(family), { kind: 'tcp-option', option: what.option }]);
      return [negatedIf(negated, there)];
    }
    case 'ipsec':
      return [negatedIf(negated, { kind: 'external', test: what })];
    case 'way-back':
      return [negatedIf(negated, { kind: 'external', test: { kind: 'way-back', loose: !what.via, mark: what.mark } })];
    case 'sctp-chunk': {
      const there = and([protocolIs(132, family), { kind: 'sctp-chunks', scope: 'any', chunks: [{ type: what.type, flagMask: 0, flagValue: 0 }] }]);
      return [negated ? not(there) : there];
    }
    default:
      return unreachable(what);
  }
}
