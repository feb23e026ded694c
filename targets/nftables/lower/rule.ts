import { mayAssume, type CoreRule } from '../../../src/ir/index.js';
import { verdict, type Statement } from '../ast.js';
import { exthdrs } from '../exthdr.js';
import { encodeComments } from '../strings.js';
import { inOwnChain, lowerAction, originOf, protocolTest, type ActionPlan } from './action.js';
import { lowerPredicate } from './condition.js';
import { countIn } from './external/account.js';
import { newChain, ownName, refuse, rest, sharedChain, type ChainBuilder, type RuleContext, type TableBuilder } from './context.js';
import { alternatives, type Condition } from './nodes.js';
import { immutable, never, tidy } from './tidy.js';

/** One conjunct of a rule. `otherwiseDrop`: where it does not hold the packet is dropped. */
interface Item {
  readonly condition: Condition;
  readonly otherwiseDrop: boolean;
}

/** More rules than this for one rule of the input go through chains of their own instead. */
const expansionLimit = 12;

/**
 * Writes one rule into `chain` and returns the chain in which the next one belongs. Most rules are one rule of nft. Alternatives
 * become several where the first that holds ends the matter; all else goes through helper chains, in which the end means "did not
 * match". Where the action must run in the original chain (return, goto) the rest of that chain moves into a chain that the helper
 * goes on to, so the action still has the same caller.
 */
export function lowerRule(rule: CoreRule, original: string, chain: ChainBuilder, table: TableBuilder, late = false): ChainBuilder {
  const protocol = wantedProtocol(rule);
  const context: RuleContext = { table, family: table.family, rule, chain: original, late, refused: false, ...(protocol === undefined ? {} : { protocol }) };
  const steps = lowerSteps(context);
  const planned = lowerAction(context);
  if (context.refused) return chain;
  const { items, action } = changesLast(steps, planned, context);
  const comments = encodeComments(rule.comments);
  for (const comment of comments.slice(0, -1)) chain.rules.push({ statements: [verdict('continue')], comment, origin: originOf(context, false) });
  const writer: Writer = { context, action, comment: comments.at(-1), helpers: 0 };
  if (fitsInPlace(items, action)) {
    writeInPlace(items, chain, writer);
    return chain;
  }
  return writeApart(items, chain, writer);
}

/**
 * What a rule that goes on does at its end, whatever comes of it, stands behind its counter: tests that only decide over that may follow
 * there. Where it is several things they have a chain of their own.
 */
function changesLast(items: readonly Item[], action: ActionPlan, context: RuleContext): { readonly items: readonly Item[]; readonly action: ActionPlan } {
  const last = items.findLastIndex((item) => changeOf(item) === undefined) + 1;
  const done = items.slice(last).flatMap((item) => changeOf(item) ?? []);
  if (action.flow !== 'passes' || action.statements.length > 0 || !items.slice(last).some(({ condition }) => condition.kind === 'does')) return { items, action };
  const rows = done.flatMap((change, index) => rowsOf(change, index, context));
  const [only] = rows;
  return { items: items.slice(0, last), action: { flow: 'passes', statements: rows.length === 1 && only !== undefined ? only : [inOwnChain(context, 'set', rows.map(tidy))] } };
}

type Change = Pick<Extract<Condition, { readonly kind: 'does' }>, 'where' | 'statement'>;

/** Undefined where what follows hangs on the item. */
function changeOf({ condition, otherwiseDrop }: Item): Change | undefined {
  if (otherwiseDrop) return undefined;
  if (condition.kind === 'does') return condition;
  return condition.kind === 'stateful' && condition.fails !== true && condition.statement.kind === 'update' && condition.statement.asks === undefined ? { where: [[]], statement: condition.statement } : undefined;
}

/** Rows that are run one after another. The statement stands in one place, so that it is one change to all who look at it. */
function rowsOf({ where, statement }: Change, index: number, context: RuleContext): readonly (readonly Statement[])[] {
  const done = where.length === 1 ? statement : inOwnChain(context, `set.${index + 1}`, [[statement]]);
  return where.map((row) => [...row, done]);
}

interface Writer {
  readonly context: RuleContext;
  readonly action: ActionPlan;
  readonly comment: string | undefined;
  helpers: number;
}

function wantedProtocol(rule: CoreRule): number | undefined {
  for (const step of rule.steps) {
    if (step.kind !== 'test' || step.predicate.kind !== 'field' || step.predicate.field !== 'ip.protocol') continue;
    const [interval, ...more] = step.predicate.intervals;
    if (interval !== undefined && more.length === 0 && interval.min === interval.max && step.predicate.mask === 0xffn) return Number(interval.min);
  }
  return undefined;
}

/** Guards that an accepted assumption makes true are left out. */
function lowerSteps(context: RuleContext): readonly Item[] {
  const { compilation } = context.table;
  const items: Item[] = [];
  for (const step of context.rule.steps) {
    if (step.kind === 'refuse') {
      refuse(context, step.extension, step.reason, step.hint, step.source);
      continue;
    }
    if (step.assumption !== undefined && mayAssume(step.assumption, compilation)) {
      compilation.used.add(step.assumption);
      if (step.predicate.kind === 'present' && 'laterFragments' in step.predicate.what) lowerPredicate(step.predicate, false, context, step.source);
      if (step.predicate.kind === 'external' && step.predicate.test.kind === 'account') items.push({ condition: countIn(step.predicate.test.name, context), otherwiseDrop: false });
      continue;
    }
    if (step.kind === 'require' && step.late === true) {
      refuse(context, 'this inverted test', 'the kernel runs the rule and drops the packet afterwards, which nft cannot say', `add --assume ${step.assumption}`, step.source);
      continue;
    }
    if (step.kind === 'test') for (const id of step.exactUnder?.assumptions ?? []) rest(context, id, step.exactUnder?.extension ?? '', step.source);
    const otherwiseDrop = step.kind === 'require';
    const condition = lowerPredicate(step.predicate, false, context, step.source);
    const parts = condition.kind === 'all' && !otherwiseDrop ? condition.parts : [condition];
    items.push(...parts.map((part) => ({ condition: part, otherwiseDrop })));
  }
  return withoutImplied(items);
}

/** A test that there is an entry, an extension header or a socket says nothing before a test that reads it. */
function withoutImplied(items: readonly Item[]): readonly Item[] {
  return items.filter(({ condition, otherwiseDrop }, index) => {
    if (condition.kind === 'constant' && condition.value) return false;
    if (otherwiseDrop || condition.kind !== 'direct') return true;
    const [only] = condition.statements;
    if (condition.statements.length === 1 && only?.kind === 'exists' && isReadNext(only, items[index + 1])) return false;
    const following = items[index + 1]?.condition;
    if (condition.statements.length === 1 && only?.kind === 'loads' && readsGroup(only) && following?.kind === 'direct' && following.statements.some(readsGroup)) return false;
    const presence = only?.kind === 'match' && only.left.kind === 'ct' && only.left.key === 'state' && only.right.kind === 'flags' && only.right.bits === 14n;
    if (!presence || condition.statements.length !== 1) return true;
    return !items.slice(index + 1, index + 2).some((later) => later.condition.kind === 'direct' && later.condition.statements.some((s) => s.kind === 'label' || (s.kind === 'match' && readsEntry(s.left))));
  });
}

function isReadNext({ what, negated }: Extract<Statement, { kind: 'exists' }>, next: Item | undefined): boolean {
  if (what.kind !== 'exthdr' || negated || next === undefined || next.otherwiseDrop || next.condition.kind !== 'direct') return false;
  const [first] = next.condition.statements;
  if (first?.kind !== 'match' && first?.kind !== 'loads') return false;
  const left = first.left.kind === 'binary' ? first.left.left : first.left;
  return left.kind === 'exthdr' && exthdrs[left.header].number === exthdrs[what.header].number;
}

const readsGroup = (statement: Statement): boolean =>
  (statement.kind === 'match' || statement.kind === 'loads') && statement.left.kind === 'meta' && statement.left.key === 'cgroup';

const readsEntry = (left: Extract<Statement, { kind: 'match' }>['left']): boolean =>
  left.kind === 'jhash' ? true : left.kind === 'ct' ? left.key !== 'state' : left.kind === 'binary' ? readsEntry(left.left) : false;

function fitsInPlace(items: readonly Item[], action: ActionPlan): boolean {
  let rows = 1;
  let stateful = false;
  for (const { condition, otherwiseDrop } of items) {
    if (condition.kind === 'stateful') {
      if (condition.fails === true) return false;
      stateful = true;
      continue;
    }
    if (otherwiseDrop) {
      if (stateful) return false;
      continue;
    }
    const more = alternatives(condition);
    if (more === undefined) return false;
    rows *= more.length;
  }
  return rows === 1 || (rows <= expansionLimit && !stateful && action.flow !== 'passes');
}

function writeInPlace(items: readonly Item[], chain: ChainBuilder, writer: Writer): void {
  let rows: readonly (readonly Statement[])[] = [[]];
  for (const { condition, otherwiseDrop } of items) {
    if (otherwiseDrop) {
      for (const row of rows) guard(row, condition, chain, writer);
    } else if (condition.kind === 'stateful') {
      rows = rows.map((row) => [...row, condition.statement]);
    } else {
      const more = alternatives(condition) ?? [];
      rows = rows.flatMap((row) => more.map((other) => [...row, ...other]));
    }
  }
  rows.forEach((row, index) => act(row, chain, writer, index === 0));
}

/** The rule that counts and acts. Counters of the input are kept by the first of several. */
function act(row: readonly Statement[], chain: ChainBuilder, writer: Writer, first: boolean): void {
  const { context, action, comment } = writer;
  const counters = first ? context.rule.counters : undefined;
  const counting: readonly Statement[] = context.late || context.rule.part !== undefined ? [] : [{ kind: 'counter', packets: counters?.packets ?? 0n, bytes: counters?.bytes ?? 0n }];
  const wanted = action.wantsProtocol === true && context.protocol !== undefined ? [protocolTest(context.protocol)] : [];
  const statements = tidy([...row, ...wanted, ...counting, ...action.statements]);
  chain.rules.push({ statements, origin: originOf(context, !context.late && context.rule.part === undefined), ...(comment === undefined ? {} : { comment }) });
}

function write(statements: readonly Statement[], chain: ChainBuilder, writer: Writer): void {
  chain.rules.push({ statements: tidy(statements), origin: originOf(writer.context, false) });
}

/** Drops the packet where `condition` does not hold on the way to a rule. */
function guard(row: readonly Statement[], condition: Condition, chain: ChainBuilder, writer: Writer): void {
  const fallen = negatedRow(condition);
  const ending: readonly Statement[] = fallen !== undefined ? [...fallen, verdict('drop')] : [{ kind: 'jump', chain: checkChain(condition, writer) }];
  const key = text([...row, ...ending]);
  if (row.every(immutable)) {
    if (chain.guards.has(key) || (row.length > 0 && chain.guards.has(text(ending)))) return;
    chain.guards.add(key);
  }
  write([...row, ...ending], chain, writer);
}

/** The opposite of a single comparison that can always be read. */
function negatedRow(condition: Condition): readonly Statement[] | undefined {
  if (condition.kind !== 'direct' || condition.statements.length !== 1) return undefined;
  const [only] = condition.statements;
  return only?.kind === 'match' ? [{ ...only, negated: !only.negated }] : undefined;
}

/** A chain that comes back where the condition holds and drops where it does not; rules of one table share it. */
function checkChain(condition: Condition, writer: Writer): string {
  const { context } = writer;
  const rows = alternatives(condition);
  if (rows === undefined) throw new Error('a guard of more than a few alternatives');
  const wanted = text(rows);
  const known = context.table.chains.filter((chain) => chain.name.startsWith('_.whole.'));
  const same = known.find((chain) => chain.guards.has(wanted));
  if (same !== undefined) return same.name;
  return sharedChain(context.table, `_.whole.${known.length + 1}`, (chain) => {
    chain.guards.add(wanted);
    for (const row of rows) chain.rules.push({ statements: [...row, verdict('return')] });
    chain.rules.push({ statements: [verdict('drop')] });
  });
}

const text = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));

function freshChain(writer: Writer): ChainBuilder {
  writer.helpers += 1;
  const { context } = writer;
  return newChain(context.table, ownName(context, writer.helpers));
}

function writeApart(items: readonly Item[], chain: ChainBuilder, writer: Writer): ChainBuilder {
  const helper = freshChain(writer);
  const lead: Statement[] = [];
  let at = 0;
  for (; at < items.length; at++) {
    const item = items[at];
    const rows = item === undefined || item.otherwiseDrop ? undefined : alternatives(item.condition);
    if (rows === undefined || rows.length !== 1) break;
    lead.push(...(rows[0] ?? []));
  }
  const rest = items.slice(at);
  if (writer.action.flow !== 'leaves') {
    write([...lead, { kind: 'jump', chain: helper.name }], chain, writer);
    writeSteps(rest, helper, [verdict('return')], (row, where) => act(row, where, writer, true), writer);
    return chain;
  }
  const next = newChain(writer.context.table, ownName(writer.context, 'rest'));
  write([...lead, { kind: 'goto', chain: helper.name }], chain, writer);
  write([{ kind: 'goto', chain: next.name }], chain, writer);
  writeSteps(rest, helper, [{ kind: 'goto', chain: next.name }], (row, where) => act(row, where, writer, true), writer);
  return next;
}

/**
 * Writes conjuncts one after another into a chain whose end means `otherwise`. What cannot be a statement of the same rule moves on
 * to a further chain by goto, so that nothing is evaluated twice.
 */
function writeSteps(items: readonly Item[], start: ChainBuilder, otherwise: readonly Statement[], done: (row: readonly Statement[], chain: ChainBuilder) => void, writer: Writer): void {
  let chain = start;
  let row: Statement[] = [];
  const leave = (): void => {
    const [ending] = otherwise;
    if (ending !== undefined && !(ending.kind === 'verdict' && ending.verdict === 'return')) write(otherwise, chain, writer);
  };
  const advance = (): void => {
    if (row.length === 0) return;
    const next = freshChain(writer);
    write([...row, { kind: 'goto', chain: next.name }], chain, writer);
    leave();
    chain = next;
    row = [];
  };
  const queue = [...items];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
    const { condition, otherwiseDrop } = item;
    if (otherwiseDrop) {
      advance();
      guard([], condition, chain, writer);
      continue;
    }
    switch (condition.kind) {
      case 'constant':
        if (!condition.value) row.push(never);
        break;
      case 'direct':
        row.push(...condition.statements);
        break;
      case 'stateful':
        if (condition.fails === true) {
          advance();
          write([condition.statement, ...otherwise], chain, writer);
        } else row.push(condition.statement);
        break;
      case 'does':
        advance();
        for (const one of rowsOf(condition, (writer.helpers += 1), writer.context)) write(one, chain, writer);
        break;
      case 'all':
        queue.unshift(...condition.parts.map((part) => ({ condition: part, otherwiseDrop: false })));
        break;
      case 'fails': {
        advance();
        const fallen = alternatives(condition.condition);
        for (const one of fallen ?? []) write([...one, ...otherwise], chain, writer);
        if (fallen !== undefined) break;
        const next = freshChain(writer);
        writeSteps([{ condition: condition.condition, otherwiseDrop: false }], chain, [{ kind: 'goto', chain: next.name }], (rest, where) => write([...rest, ...otherwise], where, writer), writer);
        chain = next;
        break;
      }
      case 'any': {
        if (row.some(hasState)) advance();
        const simple = condition.parts.map(alternatives);
        const complex = condition.parts.filter((_, index) => simple[index] === undefined);
        const next = freshChain(writer);
        const go: Statement = { kind: 'goto', chain: next.name };
        for (const rows of simple) for (const one of rows ?? []) write([...row, ...one, go], chain, writer);
        if (complex.length > 0) advance();
        complex.forEach((part, index) => {
          const last = index === complex.length - 1;
          const following = last ? undefined : freshChain(writer);
          const ending: readonly Statement[] = following === undefined ? otherwise : [{ kind: 'goto', chain: following.name }];
          writeSteps([{ condition: part, otherwiseDrop: false }], chain, ending, (rest, where) => write([...rest, go], where, writer), writer);
          if (following !== undefined) chain = following;
        });
        if (complex.length === 0) leave();
        chain = next;
        row = [];
        break;
      }
    }
  }
  done(row, chain);
  leave();
}

const hasState = (statement: Statement): boolean =>
  statement.kind === 'limit' || statement.kind === 'quota' || statement.kind === 'update' || ((statement.kind === 'below' || statement.kind === 'match') && statement.left.kind === 'numgen');
