import { extensionHeaders, type ExtensionHeader } from '../../src/ir/index.js';

/** Headers that nft looks for along the IPv6 extension headers; `srh` is the routing header under another name. */
export type ExthdrName = 'hbh' | 'rt' | 'srh' | 'frag' | 'dst' | 'mh';

type Place = readonly [offset: number, bits: number];

interface Header {
  /** The protocol number that nft looks for. */
  readonly number: number;
  /** What the core calls it; the mobility header is a transport header to it. */
  readonly core?: ExtensionHeader;
  /** Bits behind the beginning of the header, of the fields that nft 1.0.6 reads (it falls over most addresses of a routing header). */
  readonly fields: { readonly [field: string]: Place };
}

const { routing, fragment, 'hop-by-hop': hop, 'destination-options': options } = extensionHeaders;

export const exthdrs: { readonly [N in ExthdrName]: Header } = {
  hbh: { number: hop, core: 'hop-by-hop', fields: { nexthdr: [0, 8], hdrlength: [8, 8] } },
  rt: { number: routing, core: 'routing', fields: { 'nexthdr': [0, 8], 'hdrlength': [8, 8], 'type': [16, 8], 'seg-left': [24, 8] } },
  srh: { number: routing, core: 'routing', fields: { 'last-entry': [32, 8], 'flags': [40, 8], 'tag': [48, 16], 'sid[1]': [64, 128], 'sid[2]': [192, 128] } },
  frag: { number: fragment, core: 'fragment', fields: { 'nexthdr': [0, 8], 'reserved': [8, 8], 'frag-off': [16, 13], 'reserved2': [29, 2], 'more-fragments': [31, 1], 'id': [32, 32] } },
  dst: { number: options, core: 'destination-options', fields: { nexthdr: [0, 8], hdrlength: [8, 8] } },
  mh: { number: 135, fields: { nexthdr: [0, 8], hdrlength: [8, 8], type: [16, 8], reserved: [24, 8], checksum: [32, 16] } },
};

export const isExthdrName = (name: string): name is ExthdrName => Object.hasOwn(exthdrs, name);

/** A field of a header as the tree has it. */
export interface Exthdr {
  readonly kind: 'exthdr';
  readonly header: ExthdrName;
  readonly field: string;
  readonly offset: number;
  readonly bits: number;
}

/** Undefined where nft 1.0.6 has no such field. */
export function exthdr(header: ExthdrName, field: string): Exthdr | undefined {
  const place = Object.hasOwn(exthdrs[header].fields, field) ? exthdrs[header].fields[field] : undefined;
  return place === undefined ? undefined : { kind: 'exthdr', header, field, offset: place[0], bits: place[1] };
}

/** A field that nft 1.0.6 surely has. */
export function knownExthdr(header: ExthdrName, field: string): Exthdr {
  const found = exthdr(header, field);
  if (found === undefined) throw new Error(`nft has no ${header} ${field}`);
  return found;
}

/** Every field that nft has of a header of the core. */
const fieldsOf = (header: ExtensionHeader): readonly Exthdr[] =>
  (Object.keys(exthdrs) as ExthdrName[])
    .filter((name) => exthdrs[name].core === header)
    .flatMap((name) => Object.keys(exthdrs[name].fields).map((field) => knownExthdr(name, field)));

/** The name under which nft has the bits of a header of the core. */
export const exthdrAt = (header: ExtensionHeader, offset: number, bits: number): Exthdr | undefined => fieldsOf(header).find((field) => field.offset === offset && field.bits === bits);

/** A field that ends with so many bytes of the header. */
export const exthdrEnding = (header: ExtensionHeader, bytes: number): Exthdr | undefined => fieldsOf(header).find((field) => field.offset + field.bits === bytes * 8);

/** The word behind `exthdr` in a test whether the header is there. */
export const exthdrWord = (header: ExtensionHeader): ExthdrName => ({ 'hop-by-hop': 'hbh', 'routing': 'rt', 'fragment': 'frag', 'destination-options': 'dst' } as const)[header];
