import { diagnose, type Diagnostic } from '../../../src/diagnostics/index.js';
import { isOptIn, mayAssume, unreachable, type AssumptionId, type CoreRule, type Family, type NamedSet, type Source, type TableName } from '../../../src/ir/index.js';
import type { NftChain, NftHelper, NftRule, NftSet, Statement } from '../ast.js';
import { helperName } from '../names.js';

/** Which texts the output can hold. */
export type Notation = 'text' | 'json';

/** What all rules of one compilation share. */
export interface Compilation {
  readonly strict: boolean;
  readonly assume: readonly AssumptionId[];
  readonly notation: Notation;
  readonly used: Set<AssumptionId>;
  readonly diagnostics: Diagnostic[];
  readonly namedSets: readonly NamedSet[];
  /** Sets that rules change, with what they hold at first. */
  readonly changing: readonly NamedSet[];
}

export interface ChainBuilder {
  readonly name: string;
  readonly base?: NonNullable<NftChain['base']>;
  readonly rules: NftRule[];
  /** Guards already given in this chain, so that the same one is not given twice. */
  readonly guards: Set<string>;
}

/** One table on its way. `hooks`: from which hooks each chain of the input is reached. */
export interface TableBuilder {
  readonly compilation: Compilation;
  readonly family: Family;
  readonly file: string;
  /** Something in the input has fragments put together. */
  readonly reassembles: boolean;
  readonly table: TableName;
  readonly hooks: ReadonlyMap<string, ReadonlySet<string>>;
  readonly hasNotrack: boolean;
  readonly chains: ChainBuilder[];
  readonly sets: Map<string, NftSet>;
  /** By set: whether its elements say "over the rate", which the first rule decides for all. */
  readonly meters: Map<string, boolean>;
  readonly helpers: Map<string, NftHelper>;
  readonly accounts: Set<string>;
}

/** One rule on its way: refusals and assumptions go through here, so that they carry its line. */
export interface RuleContext {
  readonly table: TableBuilder;
  readonly family: Family;
  readonly rule: CoreRule;
  readonly chain: string;
  /** The transport protocol that the rule wants, when it wants exactly one. */
  readonly protocol?: number;
  /** In the copy of raw that runs once connections have their entries. */
  readonly late: boolean;
  refused: boolean;
}

/** Name of a chain that belongs to one rule. */
export const ownName = ({ chain, rule, late }: RuleContext, suffix: string | number): string => helperName(chain, `${late ? 'late.' : ''}${rule.part === undefined ? '' : `before.${rule.part}.`}${rule.position}.${suffix}`);

export function newChain(table: TableBuilder, name: string, base?: ChainBuilder['base']): ChainBuilder {
  const chain: ChainBuilder = { name, rules: [], guards: new Set(), ...(base === undefined ? {} : { base }) };
  table.chains.push(chain);
  return chain;
}

/** The chain of that name, made by `fill` at first use: helpers that many rules share. */
export function sharedChain(table: TableBuilder, name: string, fill: (chain: ChainBuilder) => void): string {
  if (!table.chains.some((chain) => chain.name === name)) fill(newChain(table, name));
  return name;
}

export function refuse(context: RuleContext, what: string, reason: string, hint?: string, source: Source = context.rule.source): void {
  context.refused = true;
  const { table, chain, rule } = context;
  table.compilation.diagnostics.push(
    diagnose('nft-cannot-say', { what, reason }, { ...source, file: table.file, table: table.table, chain, rule: rule.position }, hint === undefined ? {} : { hint }),
  );
}

/** Rests the rule on an assumption, or refuses it where none may be used. */
export function rest(context: RuleContext, id: AssumptionId, what: string, source?: Source): void {
  const { compilation } = context.table;
  if (mayAssume(id, compilation)) {
    compilation.used.add(id);
    return;
  }
  if (isOptIn(id)) refuse(context, what, `it is carried only under the assumption ${id}, which must be accepted by name`, `add --assume ${id} if it holds`, source);
  else refuse(context, what, `it is exact only under the assumption ${id}, and --strict allows none`, `add --assume ${id}, or leave out --strict`, source);
}

const usesTracking = (statement: Statement): boolean => {
  switch (statement.kind) {
    case 'match':
    case 'loads':
    case 'below':
      return readsTracking(statement.left);
    case 'update':
      return statement.asks?.kind === 'connections' || readsTracking(statement.key);
    case 'set':
      return statement.target.kind === 'ct' || readsTracking(statement.value);
    case 'helper':
    case 'label':
    case 'set-label':
    case 'nat':
    case 'ct-helper':
    case 'ct-events':
    case 'ct-zone':
    case 'synproxy':
      return true;
    case 'dup':
    case 'tproxy':
    case 'queue':
    case 'reset-option':
    case 'exists':
    case 'osf':
    case 'limit':
    case 'quota':
    case 'counter':
    case 'account':
    case 'log':
    case 'notrack':
    case 'reject':
    case 'verdict':
    case 'jump':
    case 'goto':
      return false;
    default:
      return unreachable(statement);
  }
};

function readsTracking(expression: Extract<Statement, { kind: 'match' }>['left']): boolean {
  switch (expression.kind) {
    case 'ct':
    case 'jhash':
      return true;
    case 'binary':
      return readsTracking(expression.left);
    case 'map':
      return readsTracking(expression.key);
    case 'concat':
      return expression.parts.some(readsTracking);
    default:
      return false;
  }
}

/** Whether loading these rules turns connection tracking on: any `ct` expression and any translation does, `notrack` does not. */
export const turnsTrackingOn = (rules: readonly NftRule[]): boolean => rules.some((rule) => rule.statements.some(usesTracking));
