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

/** How the TTL of a packet is compared with that of a fingerprint: the stricter first, by the numbers of `--ttl`. */
export const ttlComparisons = ['equal', 'at-most', 'any'] as const;
export type TtlComparison = (typeof ttlComparisons)[number];

/** What fingerprints are compared with: a whole TCP header with SYN in IPv4, whatever other flags it has. */
export interface Syn {
  readonly ttl: number;
  readonly dontFragment: boolean;
  readonly length: number;
  readonly window: number;
  readonly options: Uint8Array;
}

/** As Linux compares them (nfnetlink_osf). */
export function fits(fingerprint: Fingerprint, syn: Syn, ttl: TtlComparison): boolean {
  if (fingerprint.dontFragment !== syn.dontFragment || fingerprint.length !== syn.length || !ttlFits(fingerprint.ttl, syn.ttl, ttl)) return false;
  const mss = segmentSizeUnder(fingerprint, syn.options);
  return mss !== undefined && windowFits(fingerprint, syn.window, mss);
}

function ttlFits(initial: number, seen: number, comparison: TtlComparison): boolean {
  switch (comparison) {
    case 'equal':
      return seen === initial;
    // The kernel then asks for neighbours, but again whether the two are equal.
    case 'at-most':
      return seen <= initial;
    case 'any':
      return true;
  }
}

/** The MSS that the options have where those of the fingerprint stand in order and fill the header, 0 without one. The packet's own lengths are not read. */
function segmentSizeUnder({ options: wanted }: Fingerprint, options: Uint8Array): number | undefined {
  let at = 0;
  let mss = 0;
  for (const { kind, bytes } of wanted) {
    if (options[at] !== kind) return undefined;
    if (kind === 2) mss = ((options[at + 2] ?? 0) << 8) | (options[at + 3] ?? 0);
    at += bytes;
  }
  return at === options.length ? mss : undefined;
}

/** Sizes that modems on the way are known to make of an MSS. */
const commonSizes = [1460, 1448];

function windowFits({ window: form }: Fingerprint, window: number, mss: number): boolean {
  switch (form.kind) {
    case 'any':
      return true;
    case 'exactly':
      return window === form.number;
    case 'multiple':
      return window % form.number === 0;
    // Products have 32 bits in the kernel.
    case 'segments':
      return [mss, ...commonSizes].some((size) => Math.imul(form.number, size) >>> 0 === window);
    case 'packets':
      return [mss, ...commonSizes].some((size) => Math.imul(form.number, size + 40) >>> 0 === window);
  }
}
