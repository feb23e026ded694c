import { addressBits, addressMask, type Key, type KeyPart, type NamedSet, type Source, type StateTable } from '../../../src/ir/index.js';
import { single, type Expression, type NftElement, type NftSet, type SetKey } from '../ast.js';
import { encodeName, helperName } from '../names.js';
import { refuse, rest, type RuleContext } from './context.js';
import { address, port, portProtocols } from './fields.js';
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
  /** What it holds at first, of one address each. */
  readonly given?: NamedSet;
}

const elementsOf = (given: NamedSet): readonly NftElement[] =>
  given.elements.map(({ parts, timeout, comment }) => ({
    parts: parts.flatMap((part) => (part.kind === 'addresses' ? [single(part.min & addressMask(given))] : [])),
    ...carriedWith({ timeout, comment }),
  }));

/** Puts the set into the table, once. It is dynamic where some rule changes it. */
export function declareDynamic(name: string, key: Key, { timeouts, changes, given }: Declared, context: RuleContext, source: Source): void {
  rest(context, 'room-in-sets', 'a set that packets fill', source);
  const { sets } = context.table;
  const dynamic = changes || sets.get(name)?.dynamic === true ? { dynamic: true as const } : {};
  const keys = key.map(({ field }): SetKey => (field.startsWith('ip.') ? 'address' : 'port'));
  if (given !== undefined) rest(context, 'sets-as-given', `the set ${JSON.stringify(given.name)}`, source);
  const set: NftSet = { name, keys, interval: false, timeouts: given === undefined ? timeouts : given.timeout !== undefined, ...dynamic, size: given === undefined ? room : (given.room ?? usualRoom), elements: given === undefined ? [] : elementsOf(given) };
  sets.set(name, set);
}

/** The key as nft reads it from a packet. Its ports are those of the protocol that the rule wants. */
export function keyExpression(key: Key, context: RuleContext, source: Source): Expression {
  if (key.some(isPort) && (context.protocol === undefined || portProtocols[context.protocol] === undefined)) {
    refuse(context, 'ports of any protocol', 'nft keeps ports of one protocol that it knows', 'name the protocol with -p', source);
  }
  const parts = key.map((part) => partExpression(part, context));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'concat', parts };
}

const isPort = ({ field }: KeyPart): boolean => field.startsWith('transport.');

function partExpression({ field, mask }: KeyPart, { family, protocol }: RuleContext): Expression {
  switch (field) {
    case 'ip.source':
    case 'ip.destination': {
      const left = address(field === 'ip.source' ? 'source' : 'destination', family);
      return mask === (1n << BigInt(addressBits(family))) - 1n ? left : { kind: 'binary', operator: '&', left, right: mask };
    }
    case 'transport.source-port':
    case 'transport.destination-port':
      return port(field === 'transport.source-port' ? 'source' : 'destination', protocol);
  }
}
