import type { ExtensionHeader, Interval, Predicate } from './core.js';
import type { Nature } from './external.js';
import type { BpfInstruction, ExtensionOption, Ipv6Header } from './match-header.js';

/** Tests that the packet's bytes answer, but only to one who walks over them: no field, no state. */
export type ScanTest =
  /** These are the first options of the header, in order: only behind `extension` to its own length. */
  | { readonly kind: 'options'; readonly header: ExtensionHeader; readonly options: readonly ExtensionOption[] }
  /** The addresses of the routing header, as many as its length has room for, are these; `anywhere`: are among them in this order. */
  | { readonly kind: 'routing-addresses'; readonly addresses: readonly bigint[]; readonly anywhere: boolean }
  /** A segment routing header has more segments left than its last entry says. */
  | { readonly kind: 'segments-overrun' }
  /** The segment before or behind the one that is next can be read, and lies in the network where one is given. */
  | { readonly kind: 'segment'; readonly which: 'previous' | 'next'; readonly network?: { readonly address: bigint; readonly mask: bigint } }
  /** The walk of `ipv6header`, which goes on into the data of a later fragment, comes to its end. */
  | { readonly kind: 'headers-end' }
  /** It comes past a header of this kind; `protocol` is what no extension header is. Only behind `headers-end`. */
  | { readonly kind: 'header'; readonly header: Ipv6Header }
  /** Walking the options of a DCCP header for this one, the header is not shorter than what stands before them, and whole. */
  | { readonly kind: 'dccp-options'; readonly option: number }
  /** It is among them. Only behind `dccp-options`. */
  | { readonly kind: 'dccp-option'; readonly option: number }
  /** The last 8 bytes of the IPv6 source are made of the frame's source MAC. */
  | { readonly kind: 'eui64' }
  /** The bytes (Latin-1) stand in the packet, begin at `from` or later, counted from the IP header, and end by `to`; `fold`: as the kernel's toupper leaves them. */
  | { readonly kind: 'search'; readonly text: string; readonly from: number; readonly to: number; readonly fold: boolean }
  /** The number in `size` bytes, `offset` behind the beginning of the IP header, lies under the mask in one of the intervals; not where the packet ends before. */
  | { readonly kind: 'bytes'; readonly offset: number; readonly size: number; readonly mask: bigint; readonly intervals: readonly Interval[] }
  /**
   * The classic BPF program over the packet from its IP header on returns something else than 0. Jumps go forward, any distance; nothing
   * outside of the packet is asked. `spelled`: the same in fields and bytes, where few tests say it.
   */
  | { readonly kind: 'program'; readonly instructions: readonly BpfInstruction[]; readonly spelled?: Predicate };

export const scanTests: { readonly [K in ScanTest['kind']]: Nature } = {
  'options': { state: false, looksAt: 'nothing', words: 'the options of an extension header' },
  'routing-addresses': { state: false, looksAt: 'nothing', words: 'the addresses of a routing header' },
  'segments-overrun': { state: false, looksAt: 'nothing', words: 'the segments of a routing header' },
  'segment': { state: false, looksAt: 'nothing', words: 'the segments of a routing header' },
  'headers-end': { state: false, looksAt: 'nothing', words: 'the list of extension headers' },
  'dccp-options': { state: false, looksAt: 'nothing', words: 'the options of DCCP' },
  'dccp-option': { state: false, looksAt: 'nothing', words: 'the options of DCCP' },
  'eui64': { state: false, looksAt: ['ip.source', 'ethernet.source'], words: 'the identifier in the source address' },
  'search': { state: false, looksAt: 'everything', words: 'a search through the packet' },
  'bytes': { state: false, looksAt: 'everything', words: 'bytes of the packet' },
  'program': { state: false, looksAt: 'everything', words: 'a program over the packet' },
  'header': { state: false, looksAt: 'nothing', words: 'the list of extension headers' },
};
