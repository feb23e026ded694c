/**
 * How a system's first packet of a connection looks, as far as Linux compares it: a line of a table in the form of pf.os. Of its
 * options the kinds count, and how many bytes `nfnl_osf` says a kind has; what stands in them does not, but for the MSS.
 */
export interface Fingerprint {
  readonly system: string;
  readonly window: WindowForm;
  readonly ttl: number;
  readonly dontFragment: boolean;
  /** Bytes of the whole packet. */
  readonly length: number;
  readonly options: readonly { readonly kind: number; readonly bytes: number }[];
}

/** `segments`: so many times the MSS; `packets`: so many times the MSS and 40; `multiple`: divisible by the number. */
export type WindowForm =
  | { readonly kind: 'any' }
  | { readonly kind: 'exactly' | 'segments' | 'packets' | 'multiple'; readonly number: number };

/** How the TTL of a packet is compared with that of a fingerprint. */
export type TtlComparison = 'equal' | 'at-most' | 'any';
