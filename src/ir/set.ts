import { addressBits, prefixMask, type Family } from './address.js';
import type { Source } from './source.js';
import type { Masked } from './test.js';

/** What one dimension of a set's elements holds. */
export type SetDimension = 'ip' | 'net' | 'port' | 'mac' | 'mark' | 'iface' | 'set';

/** One part of an element; the kind follows the set's dimension. Port parts carry the protocol (6 unless said otherwise). */
export type SetPart =
  | { readonly kind: 'addresses'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'port'; readonly protocol: number; readonly min: number; readonly max: number }
  | { readonly kind: 'mac'; readonly address: number }
  | { readonly kind: 'mark'; readonly value: number }
  /** `wildcard`: every name that begins so. `physdev`: of a port of a bridge, which no rule of iptables asks for. */
  | { readonly kind: 'iface'; readonly name: string; readonly physdev: boolean; readonly wildcard?: true }
  | { readonly kind: 'set'; readonly name: string };

export interface SetElement {
  readonly parts: readonly SetPart[];
  readonly nomatch?: true;
  /** Seconds left; 0 never expires. */
  readonly timeout?: number;
  readonly comment?: string;
  /** What it has counted, in a set with counters. */
  readonly packets?: bigint;
  readonly bytes?: bigint;
  /** What `SET --map-set` gives a packet; the mark is changed under its mask alone. */
  readonly mark?: Masked;
  readonly priority?: number;
  readonly queue?: number;
  readonly source: Source;
}

/** A set as `ipset save` writes it: `hash:net,port` has dimensions net and port. */
export interface NamedSet {
  readonly name: string;
  readonly method: 'bitmap' | 'hash' | 'list';
  readonly dimensions: readonly SetDimension[];
  readonly family: Family;
  readonly elements: readonly SetElement[];
  /** Default timeout in seconds, when the set has timeouts at all. */
  readonly timeout?: number;
  readonly counters: boolean;
  /** Addresses are kept and looked up under this prefix length. */
  readonly netmask?: number;
  /** Or under these bits. */
  readonly bitmask?: bigint;
  /** Marks are. */
  readonly markmask?: number;
  /** What a bitmap can hold. */
  readonly range?: { readonly min: bigint; readonly max: bigint };
  /** Elements that it has room for (`maxelem`). */
  readonly room?: number;
  /** When it is full, a new element takes the place of another. */
  readonly forceadd?: true;
  readonly source: Source;
}

/** The bits of an address that a set looks at. */
export function addressMask({ family, netmask, bitmask }: NamedSet): bigint {
  return bitmask ?? prefixMask(family, netmask ?? addressBits(family));
}

/** What a lookup asks beyond "some element's parts fit": no predicate says so, and targets that know parts alone refuse. In words. */
export function beyondParts({ dimensions, bitmask, markmask, elements }: NamedSet): string | undefined {
  if (bitmask !== undefined) return 'it keeps addresses under a mask of its own (bitmask)';
  if (markmask !== undefined) return 'it keeps marks under a mask (markmask)';
  if (dimensions.filter((dimension) => dimension === 'net').length > 1) return 'its elements hold two networks, of which the narrowest pair decides';
  if (!dimensions.includes('iface')) return undefined;
  const nets = elements.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'addresses' ? [part] : [])));
  if (elements.some(({ parts }) => parts.some((part) => part.kind === 'iface' && part.wildcard === true))) return 'an element takes every interface whose name begins so (wildcard)';
  // The narrowest network around an address decides, for whichever interface it is (measured).
  const sorted = nets.toSorted((a, b) => (a.min < b.min ? -1 : a.min > b.min ? 1 : a.max > b.max ? -1 : a.max < b.max ? 1 : 0));
  const nested = sorted.some(({ min, max }, index) => {
    const before = sorted[index - 1];
    return before !== undefined && min <= before.max && !(min === before.min && max === before.max);
  });
  return nested ? 'a network of one interface lies in that of another, and hides it' : undefined;
}
