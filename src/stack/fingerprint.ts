import type { Fingerprint, TtlComparison } from '../ir/index.js';
import { read16, read8 } from './bytes.js';

/** What fingerprints are compared with: a whole TCP header with SYN in IPv4, whatever other flags it has. */
export interface Syn {
  readonly ttl: number;
  readonly dontFragment: boolean;
  readonly length: number;
  readonly window: number;
  readonly options: Uint8Array;
}

/** Undefined where there is none. The fragment offset is not looked at. */
export function synOf(bytes: Uint8Array, transport: number): Syn | undefined {
  if (transport + 20 > bytes.length || (read8(bytes, transport + 13) & 2) === 0) return undefined;
  // A header that says it is shorter than one can be has no options.
  const end = transport + (read8(bytes, transport + 12) >> 4) * 4;
  if (end > bytes.length) return undefined;
  return { ttl: read8(bytes, 8), dontFragment: (read8(bytes, 6) & 0x40) !== 0, length: read16(bytes, 2), window: read16(bytes, transport + 14), options: bytes.subarray(transport + 20, end) };
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
    if (at >= options.length || read8(options, at) !== kind) return undefined;
    if (kind === 2 && at + 4 <= options.length) mss = read16(options, at + 2);
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
