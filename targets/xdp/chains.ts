import type { CoreChain } from '../../src/ir/index.js';
import type { CFunction, Statement } from './ast.js';
import { call, has, not, outcome, variable, weigh, when } from './build.js';
import type { Session } from './context.js';
import { withResult } from './inspect.js';
import { chainNamed, type Spot, type TableLowering } from './lowering.js';
import { lowerRule } from './rules.js';

/**
 * Tests and statements that one function holds. The verifier takes 8192 pending branches and clang 32 K instructions in one; this
 * keeps far below both.
 */
const functionWeight = 900;

/** A chain with one caller is written into it, when it and the chains written into it have no more rules than this. */
const inlineRules = 32;

/** The name of the function that runs a chain, written on first use. It returns an outcome. */
export function chainFunction(lowering: TableLowering, chain: CoreChain, caller: string): string {
  const ready = lowering.written.get(chain.name);
  const name = ready ?? (chain.base === undefined ? `${lowering.prefix}_chain${lowering.written.size}` : lowering.prefix);
  noteCall(lowering.session, caller, name);
  if (ready !== undefined) return ready;
  lowering.written.set(chain.name, name);
  const parts = cut(lowerChain({ lowering, chain, function: name, result: 'result' }));
  const comment = `table ${lowering.table.name}, hook ${lowering.scene.hook}, chain ${chain.name}`;
  const emit = (part: Omit<CFunction, 'linkage'>): number => lowering.session.functions.push({ ...part, linkage: 'global' });
  const [only] = parts;
  if (parts.length <= 1) {
    emit({ name, comment, body: opened([...(only ?? []), ...finish(only, 'RETURNED')]) });
    return name;
  }
  const calls = parts.flatMap((body, index): readonly Statement[] => {
    const part = `${name}_part${index + 1}`;
    const last = index === parts.length - 1;
    // The parts of a chain call what its rules call, one frame deeper; all calls were noted under the chain's own name.
    emit({ name: part, comment: `${comment}, part ${index + 1} of ${parts.length}`, body: opened([...body, ...finish(body, last ? 'RETURNED' : 'RESUMED')]) });
    return last ? [or('result', call(part))] : [or('result', call(part)), ...when(has(variable('result'), 'PASSED'), [stop]), ...when(not(has(variable('result'), 'RESUMED')), [stop]), forget];
  });
  lowering.session.cutChains.add(name);
  emit({ name, comment, body: [begin, ...calls, stop] });
  return name;
}

/** The rules of a chain, one list of statements for each that has any; nothing behind a rule that ends all paths. */
export function lowerChain(spot: Spot): readonly (readonly Statement[])[] {
  const out: (readonly Statement[])[] = [];
  for (const rule of spot.chain.rules) {
    const statements = lowerRule(rule, spot);
    if (statements.length > 0) out.push([{ kind: 'comment', text: `line ${rule.source.line}` }, ...statements]);
    if (closes(statements)) break;
  }
  return out;
}

/** Nothing behind these statements is ever reached. */
export function closes(statements: readonly Statement[]): boolean {
  const last = statements.at(-1);
  return last !== undefined && (last.kind === 'leave' || last.kind === 'return');
}

export function isInlined(lowering: TableLowering, chain: CoreChain): boolean {
  return lowering.callers.get(chain.name) === 1 && !lowering.written.has(chain.name) && inlinedRules(lowering, chain) <= inlineRules;
}

function inlinedRules(lowering: TableLowering, chain: CoreChain): number {
  let rules = chain.rules.length;
  for (const { action } of chain.rules) {
    if (rules > inlineRules) return rules;
    if ((action.kind !== 'jump' && action.kind !== 'goto') || lowering.callers.get(action.chain) !== 1) continue;
    const target = chainNamed(lowering.table, action.chain);
    const below = target === undefined ? 0 : inlinedRules(lowering, target);
    if (below <= inlineRules) rules += below;
  }
  return rules;
}

/** Packs rules into as few lists as hold `functionWeight` each. */
function cut(rules: readonly (readonly Statement[])[]): readonly (readonly Statement[])[] {
  const parts: Statement[][] = [];
  let room = 0;
  for (const statements of rules) {
    const size = weigh(statements);
    const open = parts.at(-1);
    if (open === undefined || size > room) parts.push([...statements]);
    else open.push(...statements);
    room = (open === undefined || size > room ? functionWeight : room) - size;
  }
  return parts;
}

export function noteCall(session: Session, caller: string, callee: string): void {
  const known = session.calls.get(caller);
  if (known === undefined) session.calls.set(caller, new Set([callee]));
  else known.add(callee);
}

const begin: Statement = { kind: 'declare', name: 'result', value: outcome('ENDED') };
const opened = (body: readonly Statement[]): readonly Statement[] => withResult(body, begin);
const stop: Statement = { kind: 'return', value: variable('result') };
const or = (name: string, value: ReturnType<typeof variable>): Statement => ({ kind: 'assign', to: variable(name), operator: '|=', value });
const forget: Statement = { kind: 'assign', to: variable('result'), operator: '&=', value: outcome('RETURNED') };

const finish = (body: readonly Statement[] | undefined, how: 'RETURNED' | 'RESUMED'): readonly Statement[] =>
  closes(body ?? []) ? [] : [or('result', outcome(how)), stop];
