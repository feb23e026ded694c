import { givenKeys, isOfSet, type ExternalTest, type KeyedTest, type Family, type Key, type KeyPart, type MeterRate, type Predicate, type StateTable } from '../../../src/ir/index.js';
import type { ElementTest, Expression, StatementOf } from '../ast.js';
import { decodeName } from '../names.js';
import type { ListedTable } from '../read/listed.js';
import type { Progress, RuleContext } from './context.js';
import { and, negatedIf, not, ones, or, present } from './predicates.js';
import { readingOf } from './reading.js';

/** What a statement on a dynamic set asks and does, behind what lets its key be read. Undefined where the core has no word for it. */
export function updated(statement: StatementOf<'update'>, progress: Progress, context: RuleContext): readonly Predicate[] | undefined {
  const key = isUnread(statement.set, context) ? undefined : keyOf(statement.key, progress, context);
  const asked = key === undefined ? undefined : askedOf(statement, key.parts, context);
  return key === undefined || asked === undefined ? undefined : [...key.guards, negatedIf(asked.negated, keyed(key.parts, (parts) => ({ ...asked.test, key: parts }), context))];
}

/** A look-up in a dynamic set. */
export function listed(set: string, left: Expression, negated: boolean, progress: Progress, context: RuleContext): readonly Predicate[] | undefined {
  const key = isUnread(set, context) ? undefined : keyOf(left, progress, context);
  return key === undefined ? undefined : [...key.guards, negatedIf(negated, keyed(key.parts, (parts) => ({ kind: 'listed', table: tableOf(set, context), key: parts }), context))];
}

function askedOf({ operation, set, timeout, asks }: StatementOf<'update'>, key: Key, context: RuleContext): { readonly test: KeyedTest; readonly negated: boolean } | undefined {
  const table = tableOf(set, context);
  if (asks === undefined) {
    const kind = ({ add: 'enter', update: 'remember', delete: 'forget' } as const)[operation];
    return { test: { kind, table, key, ...(timeout === undefined || kind === 'forget' ? {} : { seconds: timeout }) }, negated: false };
  }
  const uses = updatesOf(set, context.table.table);
  if (asks.kind === 'connections') {
    // Rules that share a set count together.
    return operation === 'add' && timeout === undefined && uses.length === 1 ? { test: { kind: 'connlimit', key, limit: asks.limit }, negated: !asks.over } : undefined;
  }
  const rate = rateOf(asks);
  // An element keeps the rate, and the sense of it, of the rule that made it.
  const alike = uses.every((other) => other.asks !== undefined && JSON.stringify(other.asks) === JSON.stringify(asks) && other.operation === 'update' && other.timeout === timeout);
  if (operation !== 'update' || timeout === undefined || rate === undefined || !alike) return undefined;
  return { test: { kind: 'meter', table, key, rate, expire: timeout }, negated: asks.over };
}

const lengths = { second: 1, minute: 60, hour: 3600, day: 86400 } as const;

function rateOf(asks: Exclude<ElementTest, { readonly kind: 'connections' }>): MeterRate | undefined {
  if (asks.kind === 'packets') return { unit: 'packets', interval: Math.floor((lengths[asks.unit] * 1e6) / asks.rate), burst: asks.burst };
  return asks.unit === 'second' ? { unit: 'bytes', speed: asks.rate, burst: asks.burst } : undefined;
}

const updatesOf = (set: string, { chains }: ListedTable): readonly StatementOf<'update'>[] =>
  chains.flatMap(({ rules }) => rules.flatMap(({ statements }) => statements.flatMap((statement) => (statement.kind === 'update' && statement.set === set ? [statement] : []))));

/** Only packets fill a table behind a name, so that whatever it holds is theirs. */
const isUnread = (set: string, { table }: RuleContext): boolean => table.sets.get(set)?.unread === true && isOfSet(tableNamed(set));

function tableOf(set: string, { table: { sets } }: RuleContext): StateTable {
  const table = tableNamed(set);
  if (!isOfSet(table)) return table;
  const elements = (sets.get(set)?.elements ?? []).map(({ parts, ...more }) => ({ parts: parts.flatMap((part) => ('min' in part ? [part.min] : [])), ...more }));
  return { ...table, ...givenKeys(elements) };
}

/** The names that `lower` gives to sets of tables, the other way round. */
function tableNamed(set: string): StateTable {
  const [, name = '', role = ''] = /^_\.(.*)\.([^.]+)$/s.exec(set) ?? [];
  const own = role === '' ? undefined : decodeName(name);
  return own === undefined ? { name: decodeName(set) ?? set, role: '' } : { name: own, role };
}

function keyOf(expression: Expression, progress: Progress, { family }: RuleContext): { readonly parts: Key; readonly guards: readonly Predicate[] } | undefined {
  const parts: KeyPart[] = [];
  const guards: Predicate[] = [];
  for (const one of expression.kind === 'concat' ? expression.parts : [expression]) {
    const part = partOf(one, family);
    const reading = readingOf(one, family, progress.protocol);
    if (part === undefined || reading === undefined) return undefined;
    parts.push(part);
    guards.push(reading.guard);
  }
  return { parts, guards };
}

/**
 * A test of the key. In IPv6 nft takes an authentication header for the transport protocol and looks for ports in it: the key of such a packet has
 * nothing of the protocol that xtables sees, nor of its ports.
 */
function keyed(key: Key, test: (key: Key) => ExternalTest, { family }: RuleContext): Predicate {
  const ask = (parts: Key): Predicate => ({ kind: 'external', test: test(parts) });
  if (family === 4 || !key.some(({ field }) => field === 'ip.protocol')) return ask(key);
  const ah = present({ kind: 'ah' });
  return or([and([not(ah), ask(key)]), and([ah, ask(key.map(({ field, mask }) => ({ field, mask: field === 'ip.source' || field === 'ip.destination' ? mask : 0n })))])]);
}

function partOf(expression: Expression, family: Family): KeyPart | undefined {
  if (expression.kind === 'binary') {
    const part = expression.operator === '&' ? partOf(expression.left, family) : undefined;
    return part === undefined || expression.kind !== 'binary' ? undefined : { ...part, mask: part.mask & expression.right };
  }
  if (expression.kind === 'meta' && expression.key === 'l4proto') return { field: 'ip.protocol', mask: 0xffn };
  if (expression.kind !== 'payload') return undefined;
  const { base, offset, bits } = expression;
  const at = `${base},${offset},${bits}`;
  const field = (family === 4 ? places4 : places6)[at] ?? ports[at];
  return field === undefined ? undefined : { field, mask: ones(bits) };
}

const places4: Readonly<Record<string, KeyPart['field']>> = { 'nh,96,32': 'ip.source', 'nh,128,32': 'ip.destination' };
const places6: Readonly<Record<string, KeyPart['field']>> = { 'nh,64,128': 'ip.source', 'nh,192,128': 'ip.destination' };
const ports: Readonly<Record<string, KeyPart['field']>> = { 'th,0,16': 'transport.source-port', 'th,16,16': 'transport.destination-port' };
