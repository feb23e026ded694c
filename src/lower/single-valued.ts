import { addressBits, type ElementKey, elementKeys, type Interval, type NamedSet, type SetDimension, type SetElement } from '../ir/index.js';

/**
 * A set as one of single addresses and ports, under a mask where it has one. `wider`: networks that stay in it and are never among what
 * packets change. `networks`: it was one of networks. `zeroless`: it cannot hold the address 0.
 */
export interface SingleValued {
  readonly set: NamedSet;
  readonly keys: ReadonlyMap<SetElement, readonly ElementKey[]>;
  readonly wider: readonly Interval[];
  readonly networks: boolean;
  readonly zeroless: boolean;
}

/** Types of sets that cannot hold the address 0. */
const zeroless: ReadonlySet<string> = new Set(['ip', 'ip,port']);

/** Why nothing is said of sets with such a dimension. */
const unsaid: { readonly [D in SetDimension]?: string } = {
  mac: 'it holds MAC addresses',
  mark: 'it holds marks of packets',
  iface: 'it holds interfaces, and the narrowest network around an address decides for all of them',
  set: 'a list hands what is added to the first of its members that takes it',
};

/** A reason where the set cannot be had as one. `shrinks`: rules take something out. */
export function singleValued(set: NamedSet, shrinks: boolean): SingleValued | string {
  const { dimensions } = set;
  for (const dimension of dimensions) if (unsaid[dimension] !== undefined) return `it is of type ${typeOf(set)}: ${unsaid[dimension]}`;
  const networks = dimensions.includes('net');
  const plain = networks ? hosts(set, shrinks) : { set, wider: [] };
  if (typeof plain === 'string') return `it is of type ${typeOf(set)}: ${plain}`;
  const keys = new Map<SetElement, readonly ElementKey[]>();
  for (const element of plain.set.elements) {
    const own = elementKeys(plain.set, element);
    if (own === undefined) return 'an element of it is a range of more than 65536 values';
    keys.set(element, own);
  }
  return { ...plain, keys, networks, zeroless: set.method === 'hash' && zeroless.has(dimensions.join(',')) };
}

const typeOf = ({ method, dimensions }: NamedSet): string => `${method}:${dimensions.join(',')}`;

/**
 * What packets put into a set of networks, and take out, is the network around an address of the narrowest size that the set holds just
 * then, a host where it holds nothing. That size is known while elements of it cannot all go.
 */
function hosts(set: NamedSet, shrinks: boolean): { readonly set: NamedSet; readonly wider: readonly Interval[] } | string {
  const { elements, dimensions, family } = set;
  if (dimensions.filter((dimension) => dimension === 'net').length > 1) return 'its elements hold two networks, of which the narrowest pair decides';
  if (elements.some(({ nomatch }) => nomatch === true)) return 'an element of it lets nothing through (nomatch)';
  const sizes = elements.map(({ parts }) => parts.flatMap((part, at) => (part.kind === 'addresses' && dimensions[at] === 'net' ? [part.max - part.min] : [])));
  const hostsOnly = { ...set, dimensions: dimensions.map((dimension) => (dimension === 'net' ? 'ip' : dimension)) };
  if (sizes.flat().every((size) => size === 0n)) return { set: hostsOnly, wider: [] };
  if (dimensions.length > 1) return 'it holds networks, and what packets add has the size of the narrowest of them';
  const narrowest = sizes.flat().reduce((least, size) => (size < least ? size : least));
  if ((narrowest & (narrowest + 1n)) !== 0n) return 'an element of it is no network';
  const stays = (element: SetElement): boolean => (element.timeout ?? 0) === 0;
  const [narrow, wide] = [elements.filter((_, index) => sizes[index]?.[0] === narrowest), elements.filter((_, index) => sizes[index]?.[0] !== narrowest)];
  if (shrinks || !narrow.some(stays)) return 'it holds networks, and what packets add has the size of the narrowest that is left';
  if (!wide.every(stays)) return 'a network of it goes after a while, which only the set itself can tell';
  const netmask = addressBits(family) - (narrowest === 0n ? 0 : narrowest.toString(2).length);
  return { set: { ...hostsOnly, netmask, elements: narrow }, wider: wide.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'addresses' ? [{ min: part.min, max: part.max }] : []))) };
}
