import { diagnose, type Diagnostic } from '../../../src/diagnostics/index.js';
import type { CoreRule, Family, Interval, Source, Step } from '../../../src/ir/index.js';
import type { ListedMap, ListedPart, ListedRule, ListedSet, ListedTable } from '../read/listed.js';

/** One table on its way to the core. */
export interface TableContext {
  readonly table: ListedTable;
  readonly family: Family;
  readonly file: string;
  readonly diagnostics: Diagnostic[];
  readonly sets: ReadonlyMap<string, ListedSet>;
  readonly maps: ReadonlyMap<string, ListedMap>;
  /** Chains that rules needed beside those of the table. */
  readonly extra: ChainBuilder[];
}

export interface ChainBuilder {
  readonly name: string;
  readonly rules: CoreRule[];
}

/** One rule on its way. */
export interface RuleContext {
  readonly table: TableContext;
  readonly family: Family;
  readonly rule: ListedRule;
  readonly chain: string;
  /** Counts within the chain from 1. */
  readonly position: number;
  readonly source: Source;
  /** Chains made for this rule so far. */
  extra: number;
}

/** What has been tested so far on the way through a rule. `protocol`: the transport protocol that these tests leave. */
export interface Progress {
  readonly steps: readonly Step[];
  readonly protocol?: number;
}

export const nothing: Progress = { steps: [] };

/** A rule's place: the line of the iptables rule it carries, its own line, or nft's handle where the listing has no lines. */
export const sourceOf = ({ origin, source, handle }: ListedRule): Source => source ?? { line: origin?.line ?? handle ?? 1, column: 1, endColumn: 1 };

/** A step that no predicate says; noted once for each text. */
export function opaqueStep(identity: string, context: RuleContext): Step {
  note(identity, context);
  return { kind: 'refuse', extension: identity, identity, reason: 'it is not modelled', source: context.source };
}

export function note(identity: string, { table, chain, position, source }: RuleContext): void {
  const place = { ...source, file: table.file, chain, rule: position };
  table.diagnostics.push(diagnose('nft-opaque', { text: identity }, place));
}

export function freshChain(context: RuleContext): ChainBuilder {
  context.extra += 1;
  const chain: ChainBuilder = { name: `${context.chain}~${context.position}.${context.extra}`, rules: [] };
  context.table.extra.push(chain);
  return chain;
}

export const isInterval = (part: ListedPart): part is Interval => 'min' in part;

export const plainText = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
