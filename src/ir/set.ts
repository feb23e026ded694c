import type { Family } from './address.js';
import type { Source } from './source.js';

/** What one dimension of a set's elements holds. */
export type SetDimension = 'ip' | 'net' | 'port' | 'mac' | 'mark' | 'iface' | 'set';

/** One part of an element; the kind follows the set's dimension. Port parts carry the protocol (6 unless said otherwise). */
export type SetPart =
  | { readonly kind: 'addresses'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'port'; readonly protocol: number; readonly min: number; readonly max: number }
  | { readonly kind: 'mac'; readonly address: number }
  | { readonly kind: 'mark'; readonly value: number }
  | { readonly kind: 'iface'; readonly name: string; readonly physdev: boolean }
  | { readonly kind: 'set'; readonly name: string };

export interface SetElement {
  readonly parts: readonly SetPart[];
  readonly nomatch?: true;
  /** Seconds left; 0 never expires. */
  readonly timeout?: number;
  readonly comment?: string;
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
  /** `hash:ip` may store networks of this prefix length (`netmask`). */
  readonly netmask?: number;
  readonly source: Source;
}
