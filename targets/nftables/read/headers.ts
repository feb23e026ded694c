import type { Payload } from '../ast.js';

type Place = readonly [base: Payload['base'], offset: number, bits: number];

/** Bit offsets and widths of the fields that nft 1.0.6 has names for. Names are those of the listing: `tcp dport`. */
const places: { readonly [protocol: string]: { readonly [field: string]: Place } } = {
  ether: { daddr: ['ll', 0, 48], saddr: ['ll', 48, 48], type: ['ll', 96, 16] },
  ip: {
    version: ['nh', 0, 4], hdrlength: ['nh', 4, 4], dscp: ['nh', 8, 6], ecn: ['nh', 14, 2], length: ['nh', 16, 16], id: ['nh', 32, 16], 'frag-off': ['nh', 48, 16],
    ttl: ['nh', 64, 8], protocol: ['nh', 72, 8], checksum: ['nh', 80, 16], saddr: ['nh', 96, 32], daddr: ['nh', 128, 32],
  },
  ip6: {
    version: ['nh', 0, 4], dscp: ['nh', 4, 6], ecn: ['nh', 10, 2], flowlabel: ['nh', 12, 20], length: ['nh', 32, 16], nexthdr: ['nh', 48, 8], hoplimit: ['nh', 56, 8],
    saddr: ['nh', 64, 128], daddr: ['nh', 192, 128],
  },
  th: { sport: ['th', 0, 16], dport: ['th', 16, 16] },
  tcp: {
    sport: ['th', 0, 16], dport: ['th', 16, 16], sequence: ['th', 32, 32], ackseq: ['th', 64, 32], doff: ['th', 96, 4], reserved: ['th', 100, 4], flags: ['th', 104, 8],
    window: ['th', 112, 16], checksum: ['th', 128, 16], urgptr: ['th', 144, 16],
  },
  udp: { sport: ['th', 0, 16], dport: ['th', 16, 16], length: ['th', 32, 16], checksum: ['th', 48, 16] },
  udplite: { sport: ['th', 0, 16], dport: ['th', 16, 16], csumcov: ['th', 32, 16], checksum: ['th', 48, 16] },
  sctp: { sport: ['th', 0, 16], dport: ['th', 16, 16], vtag: ['th', 32, 32], checksum: ['th', 64, 32] },
  dccp: { sport: ['th', 0, 16], dport: ['th', 16, 16], type: ['th', 67, 4] },
  icmp: { type: ['th', 0, 8], code: ['th', 8, 8], checksum: ['th', 16, 16], id: ['th', 32, 16], sequence: ['th', 48, 16], gateway: ['th', 32, 32], mtu: ['th', 48, 16] },
  icmpv6: { type: ['th', 0, 8], code: ['th', 8, 8], checksum: ['th', 16, 16], id: ['th', 32, 16], sequence: ['th', 48, 16], mtu: ['th', 32, 32], 'max-delay': ['th', 32, 16] },
  esp: { spi: ['th', 0, 32], sequence: ['th', 32, 32] },
  ah: { nexthdr: ['th', 0, 8], hdrlength: ['th', 8, 8], reserved: ['th', 16, 16], spi: ['th', 32, 32], sequence: ['th', 64, 32] },
  comp: { nexthdr: ['th', 0, 8], flags: ['th', 8, 8], cpi: ['th', 16, 16] },
};

const numbers: { readonly [protocol: string]: number } = { tcp: 6, udp: 17, udplite: 136, sctp: 132, dccp: 33, icmp: 1, icmpv6: 58, esp: 50, ah: 51, comp: 108 };

/** The field under its name; naming a transport protocol makes nft test for it. */
export function namedField(protocol: string, field: string): Payload | undefined {
  const place = places[protocol]?.[field];
  if (place === undefined) return undefined;
  const [base, offset, bits] = place;
  const number = numbers[protocol];
  return { kind: 'payload', base, offset, bits, name: `${protocol} ${field}`, ...(number === undefined ? {} : { protocol: number }) };
}

export const isHeader = (protocol: string): boolean => places[protocol] !== undefined;
