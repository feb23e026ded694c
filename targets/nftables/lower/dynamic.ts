import { addressBits, elementKeys, type Key, type KeyPart, type NamedSet, type Source, type StateTable } from '../../../src/ir/index.js';
import { single, type Expression, type NftElement, type NftSet, type SetKey } from '../ast.js';
import { encodeName, helperName } from '../names.js';
import { refuse, rest, type RuleContext } from './context.js';
import { address, l4proto, payload, port, portProtocols } from './fields.js';
import { carriedWith } from './sets.js';

/** The set that carries a table of keys: `raise` finds the table by its name. */
export const setNameOf = ({ name, role }: StateTable): string => (role === '' ? encodeName(name) : helperName(name, role));

/** Keys that such a set has room for. It grows as it needs to. */
const room = 1_048_576;

/** Elements that an ipset has room for where it does not say. */
const usualRoom = 65_536;

interface Declared {
  readonly timeouts: boolean;
  readonly changes: boolean;
  /** A rule takes keys out. */
  readonly shrinks?: boolean;
  /** What it holds at first. */
  readonly given?: NamedSet;
}

/** `portless`: those whose protocol has no ports, else the others. */
const elementsOf = (given: NamedSet, portless: boolean): readonly NftElement[] =>
  given.elements.flatMap((element) => (elementKeys(given, element) ?? []).flatMap((key) => (key.portless === portless ? [{ parts: key.parts.map(single), ...carriedWith(element) }] : [])));

/**
 * A bitmap has room for what it can hold. What was taken out, or whose time is over, takes up room in nft until it is cleared away, so where that
 * happens the set has as much as any other.
 */
const roomOf = ({ room: given, range, timeout }: NamedSet, shrinks: boolean): number => Math.max(shrinks || timeout !== undefined ? room : 0, given ?? (range === undefined ? usualRoom : Number(range.max - range.min + 1n)));

const keyOf: { readonly [F in KeyPart['field']]: SetKey } = { 'ip.source': 'address', 'ip.destination': 'address', 'ip.protocol': 'protocol', 'transport.source-port': 'port', 'transport.destination-port': 'port' };

/** Puts the set into the table, once. It is dynamic where some rule changes it. */
export function declareDynamic(name: string, key: Key, { timeouts, changes, shrinks = false, given }: Declared, context: RuleContext, source: Source): void {
  rest(context, 'room-in-sets', 'a set that packets fill', source);
  const { sets } = context.table;
  const dynamic = changes || sets.get(name)?.dynamic === true ? { dynamic: true as const } : {};
  const keys = key.map(({ field }) => keyOf[field]);
  if (given !== undefined) rest(context, 'sets-as-given', `the set ${JSON.stringify(given.name)}`, source);
  const set: NftSet = { name, keys, interval: false, timeouts: given === undefined ? timeouts : given.timeout !== undefined, ...dynamic, size: given === undefined ? room : Math.max(roomOf(given, shrinks), sets.get(name)?.size ?? 0), elements: given === undefined ? [] : elementsOf(given, keys.includes('protocol') && !keys.includes('port')) };
  sets.set(name, set);
}

/** Ports in a key are those of one protocol, which the rule names, unless protocols stand in it too. */
export function wantPortProtocol(key: Key, context: RuleContext, source: Source): void {
  if (!key.some(isPort) || (context.protocol !== undefined && portProtocols[context.protocol] !== undefined)) return;
  refuse(context, 'ports of any protocol', 'nft keeps ports of one protocol that it knows', 'name the protocol with -p', source);
}

/** The key as nft reads it from a packet. `several`: its ports may stand behind a test of several protocols, though the rule wants one. */
export function keyExpression(key: Key, context: RuleContext, source: Source, several = false): Expression {
  const parts = key.map((part) => partExpression(part, several, context, source));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'concat', parts };
}

const isPort = ({ field }: KeyPart): boolean => field.startsWith('transport.');

function partExpression({ field, mask }: KeyPart, several: boolean, context: RuleContext, source: Source): Expression {
  const { family, protocol } = context;
  switch (field) {
    case 'ip.source':
    case 'ip.destination': {
      const left = address(field === 'ip.source' ? 'source' : 'destination', family);
      return mask === (1n << BigInt(addressBits(family))) - 1n ? left : { kind: 'binary', operator: '&', left, right: mask };
    }
    case 'ip.protocol':
      if (family === 6) rest(context, 'no-ipv6-authentication-headers', 'a key with the protocol in IPv6', source);
      return l4proto;
    case 'transport.source-port':
    case 'transport.destination-port':
      return several && (protocol === undefined || portProtocols[protocol] !== undefined) ? anyPort[field] : port(field === 'transport.source-port' ? 'source' : 'destination', protocol);
  }
}

const anyPort = { 'transport.source-port': payload('th', 0, 16, 'th sport'), 'transport.destination-port': payload('th', 16, 16, 'th dport') } as const;
