import { unreachable, type Action, type Counters, type Step } from '../../../src/ir/index.js';
import type { ListedStatement, MapEntry, VerdictStatement } from '../read/listed.js';
import { actionsOf, isAction } from './action.js';
import { freshChain, note, nothing, opaqueStep, plainText, type ChainBuilder, type Progress, type RuleContext } from './context.js';
import { repeatable } from './repeat.js';
import { addTest, compare, isTest, testSteps } from './test.js';

/**
 * Writes one rule into `chain` and returns the chain in which the next one belongs. A rule of nft may do several things, with tests
 * in between: each becomes a rule of the core under the tests so far. Where asking these again would not be the same, what remains
 * moves to a chain of its own; where what remains acts on the chain it stands in (return, goto), the rest of that chain moves too,
 * and the new chain is entered and left by goto, so that the caller stays the same.
 */
export function raiseRule(context: RuleContext, chain: ChainBuilder): ChainBuilder {
  const counter = context.rule.statements.find((statement) => statement.kind === 'counter');
  const counters = counter?.kind === 'counter' && (counter.packets !== 0n || counter.bytes !== 0n) ? { packets: counter.packets, bytes: counter.bytes } : undefined;
  return raiseStatements(context.rule.statements, nothing, { context, ...(counters === undefined ? {} : { counters }) }, chain);
}

interface Writer {
  readonly context: RuleContext;
  readonly counters?: Counters;
}

function write(steps: readonly Step[], action: Action, { context, counters }: Writer, chain: ChainBuilder): void {
  const { rule, source, position } = context;
  if (action.kind === 'refuse') note(action.extension, context);
  const comments = rule.comment === undefined ? [] : [rule.comment];
  chain.rules.push({ source, position, steps, action, comments, ...(counters === undefined ? {} : { counters }) });
}

function raiseStatements(statements: readonly ListedStatement[], start: Progress, writer: Writer, chain: ChainBuilder): ChainBuilder {
  const { context } = writer;
  let progress = start;
  let acted = false;
  for (const [index, statement] of statements.entries()) {
    const rest = statements.slice(index + 1);
    if (statement.kind === 'counter' || statement.kind === 'account') continue;
    if (isTest(statement)) {
      progress = addTest(progress, statement, context);
      continue;
    }
    if (statement.kind === 'opaque' && statement.role === 'test') {
      progress = { ...progress, steps: [...progress.steps, opaqueStep(statement.identity, context)] };
      continue;
    }
    if (isAction(statement)) {
      const { actions, needs, behind, ends } = actionsOf(statement, context);
      const needed = (needs ?? []).flatMap(({ predicate, assumption }) => testSteps(predicate, context, assumption));
      progress = { ...progress, steps: [...progress.steps, ...needed] };
      const more = !ends && rest.some(({ kind }) => kind !== 'counter');
      const [only] = actions;
      if (actions.length === 1 && only !== undefined && !more) {
        write(progress.steps, only, writer, chain);
        return chain;
      }
      const after = behind === undefined ? [] : testSteps(behind, context);
      if (!repeatable(progress.steps, actions)) return apart(progress, { actions, after, rest: ends ? [] : rest }, writer, chain);
      for (const action of actions) write(progress.steps, action, writer, chain);
      if (ends) return chain;
      progress = { ...progress, steps: [...progress.steps, ...after] };
      acted = true;
      continue;
    }
    switch (statement.kind) {
      case 'verdict':
      case 'jump':
      case 'goto':
        write(progress.steps, verdictAction(statement), writer, chain);
        return chain;
      case 'choice':
        return raiseChoice(statement, progress, writer, chain);
      default:
        return unreachable(statement);
    }
  }
  if (!acted) write(progress.steps, { kind: 'continue' }, writer, chain);
  return chain;
}

function verdictAction(statement: VerdictStatement): Action {
  return statement.kind === 'verdict' ? { kind: statement.verdict } : { kind: statement.kind, chain: statement.chain };
}

/** Whether what remains of a rule acts on the chain it stands in. */
const leaves = (statements: readonly ListedStatement[], writer: Writer): boolean =>
  statements.some((statement) => {
    if (statement.kind === 'choice') return entriesOf(statement, writer)?.some(({ verdict }) => acts(verdict)) ?? false;
    return (statement.kind === 'verdict' || statement.kind === 'goto') && acts(statement);
  });

const acts = (verdict: VerdictStatement): boolean => verdict.kind === 'goto' || (verdict.kind === 'verdict' && verdict.verdict === 'return');

/** `after`: what must hold for the rest, once the actions are done. */
interface Remainder {
  readonly actions: readonly Action[];
  readonly after: readonly Step[];
  readonly rest: readonly ListedStatement[];
}

/** The actions and what remains of the rule in a chain of their own, where nothing is tested again. */
function apart(progress: Progress, { actions, after: behind, rest }: Remainder, writer: Writer, chain: ChainBuilder): ChainBuilder {
  const own = freshChain(writer.context);
  const bare: Progress = { ...progress, steps: behind };
  const fill = (): ChainBuilder => {
    for (const action of actions) write([], action, writer, own);
    return raiseStatements(rest, bare, writer, own);
  };
  if (!leaves(rest, writer)) {
    write(progress.steps, { kind: 'jump', chain: own.name }, writer, chain);
    fill();
    return chain;
  }
  const after = freshChain(writer.context);
  write(progress.steps, { kind: 'goto', chain: own.name }, writer, chain);
  write([], { kind: 'goto', chain: after.name }, writer, chain);
  write([], { kind: 'goto', chain: after.name }, writer, fill());
  return after;
}

type Choice = Extract<ListedStatement, { readonly kind: 'choice' }>;

function entriesOf({ entries }: Choice, { context }: Writer): readonly MapEntry[] | undefined {
  return 'named' in entries ? context.table.maps.get(entries.named)?.entries : entries;
}

/**
 * One rule for each verdict. Those that come back (jumps) stand last; several of them go through a chain that goes to the right one,
 * since what one of them does could make the key another's.
 */
function raiseChoice(choice: Choice, progress: Progress, writer: Writer, chain: ChainBuilder): ChainBuilder {
  const entries = entriesOf(choice, writer);
  const byVerdict = new Map<string, { readonly verdict: VerdictStatement; readonly entries: MapEntry[] }>();
  for (const entry of entries ?? []) {
    const key = plainText(entry.verdict);
    const group = byVerdict.get(key) ?? { verdict: entry.verdict, entries: [] };
    byVerdict.set(key, group);
    group.entries.push(entry);
  }
  const groups = [...byVerdict.values()].filter(({ verdict }) => !(verdict.kind === 'verdict' && verdict.verdict === 'continue'));
  if (groups.length > 1 && !repeatable(progress.steps, [])) return apart(progress, { actions: [], after: [], rest: [choice] }, writer, chain);
  const under = (chosen: readonly MapEntry[]): readonly Step[] => stepsFor(choice, chosen, progress, writer);
  for (const { verdict, entries: chosen } of groups) if (verdict.kind !== 'jump') write([...progress.steps, ...under(chosen)], verdictAction(verdict), writer, chain);
  const jumps = groups.filter(({ verdict }) => verdict.kind === 'jump');
  const [only] = jumps;
  if (jumps.length === 1 && only !== undefined) write([...progress.steps, ...under(only.entries)], verdictAction(only.verdict), writer, chain);
  if (jumps.length > 1) {
    const own = freshChain(writer.context);
    write(progress.steps, { kind: 'jump', chain: own.name }, writer, chain);
    for (const { verdict, entries: chosen } of jumps) if (verdict.kind === 'jump') write(under(chosen), { kind: 'goto', chain: verdict.chain }, writer, own);
  }
  if (entries === undefined) write([...progress.steps, opaqueStep(`nft ${plainText({ key: choice.key, entries: choice.entries })}`, writer.context)], { kind: 'continue' }, writer, chain);
  return chain;
}

function stepsFor(choice: Choice, chosen: readonly MapEntry[], progress: Progress, { context }: Writer): readonly Step[] {
  const predicates = compare(choice.key, chosen.map(({ parts }) => parts), false, progress, context);
  if (predicates === undefined) return [opaqueStep(`nft ${plainText({ key: choice.key, parts: chosen.map(({ parts }) => parts) })}`, context)];
  return predicates.flatMap((predicate) => testSteps(predicate, context));
}
