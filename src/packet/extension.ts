import { unreachable } from '../ir/index.js';
import { concat, u16, u32 } from './bytes.js';
import { padded } from './transport.js';

/** IPv6 extension headers. AH also stands between an IPv4 header and its transport. `length` overrides the header's length byte. */
export type ExtensionSpec =
  | { readonly kind: 'hop-by-hop' | 'destination-options'; readonly options?: Uint8Array; readonly length?: number }
  | { readonly kind: 'routing'; readonly type?: number; readonly segmentsLeft?: number; readonly data?: Uint8Array; readonly length?: number }
  /** `offset` in units of 8 bytes. */
  | { readonly kind: 'fragment'; readonly offset: number; readonly more: boolean; readonly id?: number; readonly reserved?: number }
  | { readonly kind: 'ah'; readonly spi: number; readonly sequence?: number; readonly icv?: Uint8Array; readonly reserved?: number; readonly length?: number };

export const extensionProtocols = { 'hop-by-hop': 0, routing: 43, fragment: 44, ah: 51, 'destination-options': 60 } as const;

export const extensionProtocol = (extension: ExtensionSpec): number => extensionProtocols[extension.kind];

/** One extension header with the number of what follows it. */
export function encodeExtension(extension: ExtensionSpec, nextHeader: number): Uint8Array {
  switch (extension.kind) {
    case 'hop-by-hop':
    case 'destination-options': {
      // PadN over the whole body unless options are given; those are padded with Pad1.
      const body = extension.options ?? Uint8Array.of(1, 4, 0, 0, 0, 0);
      const bytes = padded(concat(Uint8Array.of(nextHeader, 0), body), 8);
      bytes[1] = extension.length ?? bytes.length / 8 - 1;
      return bytes;
    }
    case 'routing': {
      const bytes = padded(concat(Uint8Array.of(nextHeader, 0, extension.type ?? 0, extension.segmentsLeft ?? 0), extension.data ?? new Uint8Array(4)), 8);
      bytes[1] = extension.length ?? bytes.length / 8 - 1;
      return bytes;
    }
    case 'fragment':
      return concat(Uint8Array.of(nextHeader, extension.reserved ?? 0), u16((extension.offset << 3) | (extension.more ? 1 : 0)), u32(extension.id ?? 1));
    case 'ah': {
      // ICV of 12 bytes: 24 in all, a multiple of 8 as IPv6 wants.
      const bytes = concat(Uint8Array.of(nextHeader, 0), u16(extension.reserved ?? 0), u32(extension.spi), u32(extension.sequence ?? 1), extension.icv ?? new Uint8Array(12));
      bytes[1] = extension.length ?? bytes.length / 4 - 2;
      return bytes;
    }
    default:
      return unreachable(extension);
  }
}
