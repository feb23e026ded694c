import { addressBits, prefixMask, type NamedSet, type SetPart } from '../../src/ir/index.js';
import type { Live } from './live-set.js';
import type { SetValue } from './set-values.js';

/** The width of a set's addresses. */
export const hostBits = (set: NamedSet): number => addressBits(set.family);

/** Some types cannot hold the address 0; a bitmap holds what its range says. */
export function mayHold(values: readonly SetValue[], { method, dimensions, range }: NamedSet): boolean {
  const [first] = values;
  const kept = method === 'bitmap' ? (first?.kind === 'address' ? first.address : first?.kind === 'port' ? BigInt(first.port) : 0n) : undefined;
  if (kept !== undefined) return range === undefined || (kept >= range.min && kept <= range.max);
  return !(zeroless.has(dimensions.join(',')) && first?.kind === 'address' && first.address === 0n);
}

const zeroless: ReadonlySet<string> = new Set(['ip', 'ip,port', 'ip,mark', 'ip,mac']);

/** Stands for several values. */
export const isRange = (part: SetPart): boolean => (part.kind === 'addresses' || part.kind === 'port') && part.min !== part.max;

/** The prefix length of a part that is a network. */
export const prefixOf = ({ min, max }: Extract<SetPart, { readonly kind: 'addresses' }>, set: NamedSet): number => hostBits(set) - ((max - min + 1n).toString(2).length - 1);

/** An element with its network parts as networks, and addresses under a mask as what the set keeps of them. */
export function spelled(parts: readonly SetPart[], nets: readonly number[], set: NamedSet): readonly (readonly SetPart[])[] {
  return parts.reduce<readonly (readonly SetPart[])[]>((all, part, position) => {
    const kept = part.kind !== 'addresses' ? [part] : nets.includes(position) ? networks(part, hostBits(set)) : [masked(part, set)];
    return all.flatMap((one) => kept.map((more) => [...one, more]));
  }, [[]]);
}

/** `netmask` widens an element to its network, of which the set keeps the first address. */
function masked(part: Extract<SetPart, { readonly kind: 'addresses' }>, set: NamedSet): SetPart {
  const host = set.netmask === undefined ? 0n : ((1n << BigInt(hostBits(set))) - 1n) ^ prefixMask(set.family, set.netmask);
  return { ...part, max: part.max - part.min === host ? part.min : part.max };
}

function networks({ min, max }: Extract<SetPart, { readonly kind: 'addresses' }>, bits: number): readonly SetPart[] {
  const out: SetPart[] = [];
  for (let from = min; from <= max; ) {
    let length = BigInt(bits);
    while (length > 0n && from % (1n << (BigInt(bits) - length + 1n)) === 0n && from + (1n << (BigInt(bits) - length + 1n)) - 1n <= max) length -= 1n;
    const to = from + (1n << (BigInt(bits) - length)) - 1n;
    out.push({ kind: 'addresses', min: from, max: to });
    from = to + 1n;
  }
  return out;
}

/** One address or port taken out of a range. */
export function without(element: Live, values: readonly SetValue[]): readonly Live[] {
  const at = element.parts.findIndex(isRange);
  const [part, value] = [element.parts[at], values[at]];
  const taken = value?.kind === 'address' ? value.address : value?.kind === 'port' ? BigInt(value.port) : undefined;
  if (taken === undefined || part === undefined) return [];
  const pieces: readonly SetPart[] =
    part.kind === 'addresses' ? [{ ...part, max: taken - 1n }, { ...part, min: taken + 1n }] : part.kind === 'port' ? [{ ...part, max: Number(taken) - 1 }, { ...part, min: Number(taken) + 1 }] : [];
  return pieces.flatMap((piece) => ('min' in piece && piece.min <= piece.max ? [{ ...element, parts: element.parts.map((one, index) => (index === at ? piece : one)) }] : []));
}

/** Whether an element's part takes a value; `undefined` none. */
export function partFits(part: SetPart | undefined, value: SetValue): boolean {
  switch (part?.kind) {
    case 'addresses':
      return value.kind === 'address' && value.address >= part.min && value.address <= part.max;
    case 'port':
      return value.kind === 'port' && value.port >= part.min && value.port <= part.max && (value.protocol === part.protocol || value.protocol === -1);
    case 'mac':
      return value.kind === 'mac' && value.address === part.address;
    case 'mark':
      return value.kind === 'mark' && value.value === part.value;
    case 'iface':
      return value.kind === 'iface' && !part.physdev && (part.wildcard === true ? value.name.startsWith(part.name) : value.name === part.name);
    case 'set':
    case undefined:
      return false;
  }
}

/** Interfaces are told apart within a bucket; elements for ports of a bridge are never met. */
export function partKey(part: SetPart, net: boolean): string {
  switch (part.kind) {
    case 'addresses':
      return net ? `${part.min}+${part.max - part.min}` : `${part.min}`;
    case 'port':
      return `${part.protocol}:${part.min}`;
    case 'mac':
      return `${part.address}`;
    case 'mark':
      return `${part.value}`;
    case 'iface':
      return part.physdev ? 'physdev' : 'iface';
    case 'set':
      return part.name;
  }
}

/** The key of a value that stands for itself. */
export function keyOfValue(value: SetValue): string {
  switch (value.kind) {
    case 'address':
      return `${value.address}`;
    case 'port':
      // The elements of a bitmap are read as ports of TCP.
      return `${value.protocol === -1 ? 6 : value.protocol}:${value.port}`;
    case 'mac':
      return `${value.address}`;
    case 'mark':
      return `${value.value}`;
    case 'iface':
      return 'iface';
  }
}

/** Of the network around an address. */
export function netKey(value: SetValue, length: number, set: NamedSet): string {
  const size = (1n << BigInt(hostBits(set) - length)) - 1n;
  return value.kind === 'address' ? `${value.address & ~size}+${size}` : '';
}

/** What is put into a set for a value: a network of this length, or itself. */
export function partOf(value: SetValue, length: number | undefined, set: NamedSet): SetPart {
  switch (value.kind) {
    case 'address': {
      const size = (1n << BigInt(hostBits(set) - (length ?? hostBits(set)))) - 1n;
      return { kind: 'addresses', min: value.address & ~size, max: value.address | size };
    }
    case 'port':
      return { kind: 'port', protocol: value.protocol === -1 ? 6 : value.protocol, min: value.port, max: value.port };
    case 'mac':
      return { kind: 'mac', address: value.address };
    case 'mark':
      return { kind: 'mark', value: value.value };
    case 'iface':
      return { kind: 'iface', name: value.name, physdev: false };
  }
}
