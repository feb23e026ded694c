import { type Action, type AssumptionId, type CoreChain, type CoreRule, type CoreRuleset, type CoreTable, type Hook, identityOf } from '../ir/index.js';
import { assignableBits } from './assignment.js';
import { layoutFor, orders } from './layout.js';
import { isAssumed } from './rule-key.js';
import { all, any, comment, constant, createDeclarations, type Declarations, entryTerm, fieldTerm, NotInSmt, predicateTerm, type TermContext } from './smt-terms.js';
import { stationsAt } from './stations.js';
import { universe } from './universe.js';
import { vocabularyOf } from './vocabulary.js';

export { NotInSmt } from './smt-terms.js';

export interface SmtOptions {
  readonly assume: readonly AssumptionId[];
  /** Logs are not compared. */
  readonly ignoreLogs?: boolean;
}

type Assignable = keyof typeof assignableBits;

/** What becomes of a packet, by code; reject types follow. */
const codes = { running: 0, left: 1, accept: 2, drop: 3, reject: 4 } as const;

/** What the text of both sides shares. */
interface Writer {
  readonly declarations: Declarations;
  readonly lines: string[];
  /** Fields that some rule writes. */
  readonly fields: readonly Assignable[];
  readonly traces: boolean;
  /** A number for a text: kinds of reject, effects. */
  number(text: string): number;
  readonly options: SmtOptions;
  readonly context: Omit<TermContext, 'hook' | 'tracked' | 'written'>;
}

/**
 * The question whether two rule sets differ at one hook, as SMT-LIB for any solver: satisfiable exactly when they do, for some packet
 * and state that can come there as far as the assumptions say. Written from the core rule by rule, and not from decision diagrams, so
 * that a solver checks those. Throws `NotInSmt` where the rules translate addresses, attach connections or ask tests with a state.
 */
export function emitSmt(left: CoreRuleset, right: CoreRuleset, hook: Hook, options: SmtOptions): string {
  const vocabulary = vocabularyOf([left, right]);
  const declarations = createDeclarations();
  const rules = [left, right].flatMap(({ tables }) => tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules)));
  const numbers = new Map<string, number>();
  const writer: Writer = {
    declarations,
    lines: [],
    fields: [...new Set(rules.flatMap(({ action }) => (action.kind === 'assign' ? [action.to] : [])))],
    traces: options.ignoreLogs !== true && rules.some(({ action }) => action.kind === 'log' || action.kind === 'nflog'),
    number(text) {
      const known = numbers.get(text) ?? numbers.size;
      numbers.set(text, known);
      return known;
    },
    options,
    context: { layout: layoutFor(vocabulary, left.family, orders[0] ?? []), declarations },
  };
  const sorts = stateSorts(writer);
  const sides = [left, right].map((ruleset, index) => sideTerm(ruleset, hook, `${'lr'[index] ?? ''}`, writer));
  const ground: TermContext = { ...writer.context, hook: 'PREROUTING', tracked: true, written: () => undefined };
  const allowed = predicateTerm(universe(options.assume, [left, right], vocabulary), ground);
  const question = differing(writer, ground);
  return [
    comment(`satisfiable exactly when ${left.file} and ${right.file} differ at ${hook}`),
    // Bits and nothing else: what solvers are best at.
    `(set-logic ${isPlain(writer) && !declarations.lines.some((line) => /^\(declare-fun q\d+ \(\(/.test(line)) ? 'QF_BV' : 'ALL'})`,
    ...sorts,
    ...declarations.lines,
    ...writer.lines,
    `(define-fun left () State ${sides[0] ?? ''})`,
    `(define-fun right () State ${sides[1] ?? ''})`,
    `(assert ${allowed})`,
    `(assert ${question})`,
    '(check-sat)',
    '(get-model)',
    '',
  ].join('\n');
}

/** A packet on its way: what has become of it, what has been logged, and the fields that rules write. */
function stateSorts({ fields, traces }: Writer): readonly string[] {
  const parts = [...(traces ? ['(trace Trace)'] : []), ...fields.map((field, index) => `(f${index} (_ BitVec ${assignableBits[field]}))`)];
  return [
    ...(traces ? ['(declare-sort Trace 0)', '(declare-fun begun () Trace)', `(declare-fun logged (Trace (_ BitVec 32)${fields.map((field) => ` (_ BitVec ${assignableBits[field]})`).join('')}) Trace)`] : []),
    ...fields.map((field, index) => comment(`f${index}: ${field} as it is written`)),
    comment('end: 0 goes on, 1 has left its chain, 2 accepted, 3 dropped, from 4 on rejected'),
    ...(parts.length === 0 ? ['(define-sort State () (_ BitVec 8))', '(define-fun state ((end (_ BitVec 8))) State end)', '(define-fun end ((s State)) (_ BitVec 8) s)'] : [`(declare-datatypes ((State 0)) (((state (end (_ BitVec 8)) ${parts.join(' ')}))))`]),
  ];
}

const partsOf = ({ fields, traces }: Writer): readonly string[] => [...(traces ? ['trace'] : []), ...fields.map((_, index) => `f${index}`)];

/** A state with some parts changed. */
const changed = (state: string, parts: Readonly<Record<string, string>>, writer: Writer): string =>
  `(state ${['end', ...partsOf(writer)].map((part) => parts[part] ?? `(${part} ${state})`).join(' ')})`;

const ended = (state: string, code: number, writer: Writer): string => changed(state, { end: constant(code, 8) }, writer);

const isAt = (state: string, code: number): string => `(= (end ${state}) ${constant(code, 8)})`;

/** Through all tables at a hook; what a chain accepts comes to the next. */
function sideTerm(ruleset: CoreRuleset, hook: Hook, side: string, writer: Writer): string {
  const initial: TermContext = { ...writer.context, hook, tracked: ruleset.tracking, written: () => undefined };
  const start = `(state ${[constant(codes.running, 8), ...(writer.traces ? ['begun'] : []), ...writer.fields.map((field) => fieldTerm(field, initial))].join(' ')})`;
  let count = 0;
  let chains = 0;
  const defined = new Map<string, string>();
  let state = `${side}s0`;
  writer.lines.push(`(define-fun ${state} () State ${start})`);
  for (const [index, station] of stationsAt(ruleset, hook).entries()) {
    if (station.kind === 'tracking') continue;
    for (const { table, chain } of station.chains) {
      if (station.kind === 'nat' && chain.rules.length > 0) throw new NotInSmt('translation of addresses');
      const name = chainName(table, chain.name, { ...writer.context, hook, tracked: station.tracked }, `${index}`);
      const next = `${side}s${++count}`;
      const policy = chain.base?.policy === 'DROP' ? codes.drop : codes.accept;
      writer.lines.push(`(define-fun ${next} () State (let ((s ${entered(name, state, writer)})) ${`(ite ${isAt('s', codes.running)} ${ended('s', policy, writer)} s)`}))`);
      const passed = `${side}s${++count}`;
      writer.lines.push(`(define-fun ${passed} () State (ite ${isAt(next, codes.accept)} ${ended(next, codes.running, writer)} ${next}))`);
      // A packet that is gone comes to no other chain.
      const kept = `${side}s${++count}`;
      writer.lines.push(`(define-fun ${kept} () State (ite ${isAt(state, codes.running)} ${passed} ${state}))`);
      state = kept;
    }
  }
  return `(ite ${isAt(state, codes.running)} ${ended(state, codes.accept, writer)} ${state})`;

  function chainName(table: CoreTable, name: string, at: Omit<TermContext, 'written'>, station: string): string {
    const key = `${station} ${ruleset.tables.indexOf(table)} ${name}`;
    const known = defined.get(key);
    if (known !== undefined) return known;
    const chain = table.chains.find((one) => one.name === name);
    if (chain === undefined) throw new Error(`no chain ${name} in table ${table.name}`);
    const symbol = defineChain(chain, `${side}c${chains++}`, at, (inner) => chainName(table, inner, at, station), writer, `${table.name} ${name}`);
    defined.set(key, symbol);
    return symbol;
  }
}

/** Rules are applied one after the other to the state; one that has ended stays as it is. */
function defineChain(chain: CoreChain, prefix: string, at: Omit<TermContext, 'written'>, chainName: (name: string) => string, writer: Writer, words: string): string {
  const symbol = `${prefix}_${chain.rules.length}`;
  if (isPlain(writer)) return definePlainChain(chain, symbol, { ...at, written: () => undefined }, chainName, writer, words);
  const names = chain.rules.map((rule, index) => {
    const body = ruleTerm(rule, { ...at, written: (field) => writtenTerm(field, writer) }, chainName, writer);
    const name = `${symbol}_${index}`;
    writer.lines.push(comment(`${name}: line ${rule.source.line}`), `(define-fun ${name} ((s State)) State (ite ${isAt('s', codes.running)} ${body} s))`);
    return name;
  });
  writer.lines.push(comment(`${symbol}: ${words}`));
  // In pieces, for solvers that read deep terms slowly.
  let piece = 0;
  let through: string[] = [];
  const pieces: string[] = [];
  const close = (): void => {
    if (through.length === 0) return;
    const name = `${symbol}p${piece++}`;
    writer.lines.push(`(define-fun ${name} ((s State)) State ${through.reduce((state, rule) => `(${rule} ${state})`, 's')})`);
    pieces.push(name);
    through = [];
  };
  for (const name of names) {
    through.push(name);
    if (through.length === 64) close();
  }
  close();
  const whole = pieces.reduce((state, name) => `(${name} ${state})`, 's');
  // Whoever has left the chain goes on behind it.
  writer.lines.push(`(define-fun ${symbol} ((s State)) State (let ((t ${whole})) (ite ${isAt('t', codes.left)} ${ended('t', codes.running, writer)} t)))`);
  return symbol;
}

/** Nothing is written and nothing logged: a state is what has become of the packet. */
const isPlain = (writer: Writer): boolean => partsOf(writer).length === 0;

/** Where nothing goes on from rule to rule but the packet, `s` is what the rules behind make of it: plain cases, which solvers like better. */
function definePlainChain(chain: CoreChain, symbol: string, at: TermContext, chainName: (name: string) => string, writer: Writer, words: string): string {
  const bodies = chain.rules.map((rule) => plainRule(rule, at, chainName, writer));
  const nameOf = (index: number): string => `${symbol}_${index}`;
  // Constants of their own, not names for terms: z3 puts terms together again, at a price that grows with what they hold.
  const define = (name: string, term: string): void => void writer.lines.push(`(declare-fun ${name} () State)`, `(assert (= ${name} ${term}))`);
  writer.lines.push(comment(`${symbol}: ${words}`));
  define(nameOf(bodies.length), `(state ${constant(codes.running, 8)})`);
  for (let index = bodies.length - 1; index >= 0; index--) {
    writer.lines.push(comment(`${nameOf(index)}: line ${chain.rules[index]?.source.line ?? 0}`));
    define(nameOf(index), `(let ((s ${nameOf(index + 1)})) ${bodies[index] ?? ''})`);
  }
  define(symbol, `(ite ${isAt(nameOf(0), codes.left)} (state ${constant(codes.running, 8)}) ${nameOf(0)})`);
  return symbol;
}

/** Names what is behind once where it can: solvers that lose sight of what is the same would write it out again and again. */
function plainRule(rule: CoreRule, context: TermContext, chainName: (name: string) => string, writer: Writer): string {
  const assume = new Set(writer.options.assume);
  const steps = rule.steps.filter((step) => !isAssumed(step, { assume }));
  const held: string[] = [];
  const lost: string[] = [];
  for (const step of steps) {
    if (step.kind === 'refuse' || (step.kind === 'require' && step.late === true)) return ruleTerm(rule, context, chainName, writer);
    const term = predicateTerm(step.predicate, context);
    if (step.kind === 'require') lost.push(all([...held, `(not ${term})`]));
    held.push(term);
  }
  const met = `(ite ${all(held)} ${actionTerm(rule.action, context, chainName, writer)} s)`;
  return lost.length === 0 ? met : `(ite ${any(lost)} ${ended('s', codes.drop, writer)} ${met})`;
}

/** A chain that is entered with a state. */
const entered = (chain: string, state: string, writer: Writer): string => (isPlain(writer) ? chain : `(${chain} ${state})`);

const writtenTerm = (field: string, { fields }: Writer): string | undefined => {
  const index = fields.findIndex((one) => one === field);
  return index < 0 ? undefined : `(f${index} s)`;
};

function ruleTerm(rule: CoreRule, context: TermContext, chainName: (name: string) => string, writer: Writer): string {
  const assume = new Set(writer.options.assume);
  const from = (index: number, body: string): string => {
    const step = rule.steps[index];
    if (step === undefined) return body;
    if (isAssumed(step, { assume })) return from(index + 1, body);
    if (step.kind === 'refuse') throw new NotInSmt(step.extension);
    const term = predicateTerm(step.predicate, context);
    const failed = step.kind === 'test' ? 's' : step.late === true ? from(index + 1, losing(rule, body, writer)) : ended('s', codes.drop, writer);
    return `(ite ${term} ${from(index + 1, body)} ${failed})`;
  };
  return from(0, actionTerm(rule.action, context, chainName, writer));
}

/** What an action still does for a packet that is dropped behind it: no chain is entered any more. */
const losing = ({ action }: CoreRule, body: string, writer: Writer): string =>
  action.kind === 'reject' ? body : action.kind === 'jump' || action.kind === 'goto' ? ended('s', codes.drop, writer) : `(let ((b ${body})) ${ended('b', codes.drop, writer)})`;

function actionTerm(action: Action, context: TermContext, chainName: (name: string) => string, writer: Writer): string {
  const logged = (text: string): string =>
    writer.traces ? changed('s', { trace: `(logged (trace s) ${constant(writer.number(text), 32)}${writer.fields.map((_, index) => ` (f${index} s)`).join('')})` }, writer) : 's';
  switch (action.kind) {
    case 'continue':
      return 's';
    case 'return':
      return ended('s', codes.left, writer);
    case 'accept':
      return ended('s', codes.accept, writer);
    case 'drop':
      return ended('s', codes.drop, writer);
    case 'reject':
      return ended('s', codes.reject + writer.number(`reject ${action.with}`), writer);
    case 'jump':
      return isPlain(writer) ? `(ite ${isAt(chainName(action.chain), codes.running)} s ${chainName(action.chain)})` : entered(chainName(action.chain), 's', writer);
    case 'goto':
      return `(let ((g ${entered(chainName(action.chain), 's', writer)})) (ite ${isAt('g', codes.running)} ${ended('g', codes.left, writer)} g))`;
    case 'log':
      return logged(`log ${identityOf(action.log)}`);
    case 'nflog':
      return logged(`nflog ${identityOf(action.nflog)}`);
    case 'assign':
      return assigned(action, context, writer);
    default:
      throw new NotInSmt(`the action ${action.kind}`);
  }
}

/** `(old & ~mask) ^ value` and the like, as the core says it. */
function assigned(action: Extract<Action, { readonly kind: 'assign' }>, context: TermContext, writer: Writer): string {
  const { to, value } = action;
  const width = assignableBits[to];
  const old = fieldTerm(to, context);
  const ofConnection = to === 'ct.mark' || (value.kind === 'copy' && value.from === 'ct.mark');
  if (ofConnection && !context.tracked) throw new NotInSmt('connection marks in front of connection tracking');
  const shifted = (term: string, shift: { readonly direction: 'left' | 'right'; readonly bits: number } | undefined): string =>
    shift === undefined ? term : `(${shift.direction === 'left' ? 'bvshl' : 'bvlshr'} ${term} ${constant(shift.bits, width)})`;
  const after = (): string => {
    switch (value.kind) {
      case 'xor':
        return shifted(`(bvxor (bvand ${old} ${constant(~value.mask, width)}) ${constant(value.value, width)})`, value.shift);
      case 'copy':
        return `(bvxor (bvand ${old} ${constant(~value.toMask, width)}) ${shifted(`(bvand ${fieldTerm(value.from, context)} ${constant(value.fromMask, width)})`, value.shift)})`;
      case 'add': {
        const by = constant(Math.abs(value.amount), width);
        if (Math.abs(value.amount) >= 2 ** width) return constant(value.amount > 0 ? -1 : 0, width);
        return value.amount >= 0
          ? `(ite (bvult (bvadd ${old} ${by}) ${old}) ${constant(-1, width)} (bvadd ${old} ${by}))`
          : `(ite (bvult ${old} ${by}) ${constant(0, width)} (bvsub ${old} ${by}))`;
      }
    }
  };
  const result = ofConnection ? `(ite ${entryTerm(context)} ${after()} ${old})` : after();
  return changed('s', { [`f${writer.fields.indexOf(to)}`]: result }, writer);
}

/** Where the ends differ, or what is left to see: a dropped packet leaves its logs and the mark of its connection; a rejected one all but its own mark. */
function differing(writer: Writer, ground: TermContext): string {
  const parts = [`(distinct (end left) (end right))`];
  if (writer.traces) parts.push('(distinct (trace left) (trace right))');
  writer.fields.forEach((field, index) => {
    const apart = `(distinct (f${index} left) (f${index} right))`;
    const accepted = isAt('left', codes.accept);
    const rejected = `(bvuge (end left) ${constant(codes.reject, 8)})`;
    const lasting = `(and ${isAt('left', codes.drop)} (not (and ${writer.declarations.bool('first packet')} ${predicateTerm({ kind: 'ct-state', states: ['NEW', 'RELATED'] }, ground)})))`;
    const seen = field === 'ct.mark' ? `(or ${accepted} ${rejected} ${lasting})` : field === 'packet.mark' ? accepted : `(or ${accepted} ${rejected})`;
    parts.push(all([apart, seen]));
  });
  return parts.length === 1 ? (parts[0] ?? '') : `(or ${parts.join(' ')})`;
}
