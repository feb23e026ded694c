import type { Family, PacketInput } from '../../src/ir/index.js';
import { fromHex, type ExtensionSpec, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';
import { createRandom } from '../../src/probe/random.js';
import { bytesOf, syn, udp, wire } from './world.js';

const hex = (text: string): Uint8Array => fromHex(text.replace(/ /g, '')) ?? new Uint8Array();
const raw = (protocol: number, text: string): TransportSpec => ({ kind: 'raw', protocol, data: hex(text) });
const numbered = (packets: readonly Uint8Array[]): readonly PacketInput[] => packets.map((bytes, index) => wire(bytes, { id: String(index) }));
const four = (transport: TransportSpec, spec: Partial<PacketSpec> = {}): Uint8Array => bytesOf(transport, spec);
const six = (transport: TransportSpec, spec: Partial<PacketSpec> = {}): Uint8Array => bytesOf(transport, { family: 6, ...spec });
const behind = (...extensions: readonly ExtensionSpec[]): Uint8Array => six(udp, { extensions });

const hop: ExtensionSpec = { kind: 'hop-by-hop' };
const options: ExtensionSpec = { kind: 'destination-options' };
const segments = (left: number, last: number, tag: string, more: Partial<Extract<ExtensionSpec, { kind: 'routing' }>> = {}): Uint8Array =>
  behind({ kind: 'routing', type: 4, segmentsLeft: left, data: hex(`${last.toString(16).padStart(2, '0')}00${tag} ${sids}`), ...more });
const sids = '20010db8000100000000000000000007 20010db8000200000000000000000001 20010db8000300000000000000000002';

const headers6 = numbered([
  six(udp), behind(hop), behind(hop, options), behind(options), behind(options, options), behind({ kind: 'routing' }), behind({ kind: 'ah', spi: 7 }),
  behind({ kind: 'ah', spi: 7 }, options), six(udp, { fragment: { offset: 0, more: false } }), six(udp, { fragment: { offset: 0, more: true }, id: 42 }),
  six(raw(17, '00'.repeat(24)), { fragment: { offset: 8, more: true }, id: 42 }), six(raw(17, '00'.repeat(20)), { fragment: { offset: 185, more: false } }),
  six(raw(60, '3b00010400000000'), { fragment: { offset: 3, more: false } }), behind({ kind: 'fragment', offset: 0, more: false, reserved: 5 }),
  six(raw(59, '')), six(raw(59, ''), { extensions: [options] }), six({ kind: 'esp', spi: 1, data: new Uint8Array(4) }),
  six({ kind: 'esp', spi: 1, data: new Uint8Array(4) }, { extensions: [hop, options] }), six(raw(17, ''), { extensions: [options], truncateAll: 1 }),
  six(raw(17, ''), { extensions: [options], truncateAll: 4 }), six(raw(43, '1100'), {}), six(raw(44, '11000000'), {}), six(raw(44, '110000010000002a'), {}),
  six(raw(50, '')), six(raw(50, '00')), six(raw(51, '3b')), six(raw(60, '3b09010400000000')), six(raw(60, '3a09010400000000')),
  behind({ kind: 'destination-options', options: hex('05020000 00 0100') }), behind({ kind: 'destination-options', options: hex('95 5c') , length: 0 }),
  behind({ kind: 'destination-options', options: hex('c9 02 aabb 0c 00 01 00 00 00') }), behind({ kind: 'hop-by-hop', options: hex('05 02 0000 01 00') }),
  behind({ kind: 'hop-by-hop', options: hex('00 00 01 02 0000 00 01 03 000000') }),
]);

const routed = numbered([
  six(udp), behind({ kind: 'routing' }), segments(0, 2, '0000'), segments(1, 2, '0007'), segments(2, 2, '1234'), segments(3, 2, '0000'), segments(1, 9, '0000'),
  segments(0, 0, '0007'), segments(1, 2, '0007', { length: 20 }), segments(1, 2, '0007', { length: 1 }), segments(1, 2, '0007', { length: 0 }), segments(1, 2, '0007', { type: 3 }),
  six(raw(43, '11000401'), {}), six(raw(43, '1100040102000000'), {}),
]);

const mobile = numbered([
  six(raw(135, '3b01 00 00 0000 00000000 0000')), six(raw(135, '3b01 05 00 0000 00000000 0000')), six(raw(135, '3b01 07 00 0000')), six(raw(135, '3b01 ff')),
  six(raw(135, '3a01 05 00 0000 00000000 0000')), six(raw(135, ''), {}), six(raw(135, '3b01 05 00 0000 0000'), { fragment: { offset: 0, more: true } }),
  six(raw(135, '3b01 05 00 0000 0000'), { fragment: { offset: 9, more: false } }), six(udp),
]);

const dccp = (type: number, more = '', offset = 4 + more.length / 8, extended = 1): TransportSpec =>
  raw(33, `03e80050 ${offset.toString(16).padStart(2, '0')} 00 0000 ${((type << 1) | extended).toString(16).padStart(2, '0')} 00 0000 ${extended === 1 ? '00000000' : ''}${more}`);
const datagrams = (make: (transport: TransportSpec, spec?: Partial<PacketSpec>) => Uint8Array): readonly PacketInput[] =>
  numbered([
    ...Array.from({ length: 16 }, (_, type) => make(dccp(type, '00000000'.repeat(4)))),
    make(dccp(2)), make(dccp(2, '', 3, 0)), make(dccp(2, '', 2)), make(dccp(2, '05020101')), make(dccp(2, '01010500')), make(dccp(2, '06030005')), make(dccp(2, '05')),
    make(dccp(0, '00000000 05020000'.replace(/ /g, ''))), make(dccp(0, '05020000')), make(dccp(3, '0000000000000000 05020000'.replace(/ /g, ''))), make(dccp(2, '', 9)), make(dccp(2, '', 3)),
    make(dccp(2, '00000105'), { truncate: 12 }), make(dccp(2), { truncate: 11 }), make(dccp(2), { truncate: 4 }), make(udp),
  ]);

const compressed = (make: (transport: TransportSpec, spec?: Partial<PacketSpec>) => Uint8Array): readonly PacketInput[] =>
  numbered(['11000000', '11000001', '11ff0012', '1100ffff', '110000', '11', '1100001200'].map((text) => make(raw(108, text))));

const texts = numbered(
  ['', 'hello', 'say HELLO there', 'hellhello', 'hel', 'GET / HTTP/1.1', '\u00e4\u00df\u00c4', '\u00c4\u00bf\u00e4 \u00ff', 'aaab aaaab', 'x'.repeat(200) + 'hello'].map((text) =>
    four({ kind: 'udp', sourcePort: 1000, destinationPort: 53, data: Uint8Array.from(text, (char) => char.charCodeAt(0)) })),
);

export const words = numbered([four(udp), four(syn), four(udp, { options: hex('01010101') }), four(udp, { ttl: 1, tos: 4 }), four(raw(99, '')), four(raw(99, '0102')), four(raw(99, 'ffffffff ffffffff 00000001'))]);

/** From MAC 02:aa:bb:cc:dd:ee, whose identifier is 00aa:bbff:fecc:ddee. */
const framed = ['2001:db8::aa:bbff:fecc:ddee', '2001:db8::2aa:bbff:fecc:ddee', '2001:db8::aa:bbff:fecc:ddef', '2001:db8::5'].map((source, index) =>
  wire(six(udp, { source }), { id: String(index), ethernet: hex('020000000101 02aabbccddee 86dd') }),
);

/** Rules of one match, and packets that tell them apart. */
export interface Group {
  readonly name: string;
  readonly family: Family;
  readonly packets: readonly PacketInput[];
  readonly matches: readonly string[];
}

export const groups: readonly Group[] = [
  { name: 'dst', family: 6, packets: headers6, matches: [
    '-m dst', '-m dst --dst-len 8', '-m dst ! --dst-len 8', '-m dst --dst-len 16', '-m dst --dst-len 0', '-m dst --dst-opts 1', '-m dst --dst-opts 1:4', '-m dst --dst-opts 1:3',
    '-m dst --dst-opts 5:2,0,1:0', '-m dst --dst-opts 5,0', '-m dst --dst-opts 0', '-m dst --dst-opts 201,12,1,0', '-m dst --dst-opts 149:92', '-m dst ! --dst-len 8 --dst-opts 201',
    '-m dst --dst-opts 1,1', '-m dst --dst-opts 149,1', '-m dst --dst-opts 5:2,0,1:0,0', '-m dst --dst-opts 5:2,0,1:0,0,0' ] },
  { name: 'hbh', family: 6, packets: headers6, matches: [
    '-m hbh', '-m hbh ! --hbh-len 8', '-m hbh --hbh-len 16', '-m hbh --hbh-opts 1', '-m hbh --hbh-opts 5:2,1:0', '-m hbh --hbh-opts 5:2,1:0,7', '-m hbh --hbh-opts 0,0,1:2,0,1:3' ] },
  { name: 'frag', family: 6, packets: headers6, matches: [
    '-m frag', '-m frag --fragid 42', '-m frag ! --fragid 42', '-m frag ! --fragid 0:4294967295', '-m frag --fraglen 1', '-m frag ! --fraglen 1', '-m frag --fragres', '-m frag --fragfirst', '-m frag --fragmore', '-m frag --fraglast',
    '-m frag --fragfirst --fraglast', '-m frag --fragid 50:40' ] },
  { name: 'ipv6header', family: 6, packets: headers6, matches: [
    ...['hop-by-hop', 'ipv6-opts', 'ipv6-route', 'ipv6-frag', 'ah', 'esp', 'ipv6-nonxt', 'protocol', 'hop-by-hop,protocol', 'ipv6-opts,protocol', 'ipv6-frag,protocol', 'ipv6-opts,ipv6-nonxt', 'hop-by-hop,ipv6-opts,esp'].flatMap((list) =>
      ['', '! '].flatMap((not) => ['', ' --soft'].map((soft) => `-m ipv6header ${not}--header ${list}${soft}`)))] },
  { name: 'srh', family: 6, packets: routed, matches: [
    '-m srh', '-m srh --srh-next-hdr 17', '-m srh ! --srh-next-hdr 17', '-m srh --srh-hdr-len-eq 6', '-m srh ! --srh-hdr-len-eq 6', '-m srh --srh-hdr-len-gt 5', '-m srh --srh-hdr-len-lt 6', '-m srh ! --srh-hdr-len-lt 6',
    '-m srh --srh-segs-left-eq 1', '-m srh --srh-segs-left-gt 0', '-m srh ! --srh-segs-left-gt 1', '-m srh --srh-last-entry-eq 2', '-m srh ! --srh-last-entry-lt 2', '-m srh --srh-tag 7', '-m srh ! --srh-tag 7', '-m srh --srh-tag 4660',
    '-m srh --srh-psid 2001:db8:3::/48', '-m srh ! --srh-psid 2001:db8:3::/48', '-m srh --srh-nsid 2001:db8:1::7', '-m srh ! --srh-nsid 2001:db8:1::7', '-m srh --srh-lsid 2001:db8:1::/64', '-m srh ! --srh-lsid 2001:db8:1::/64',
    '-m srh --srh-lsid 2001:db8:1::5/64', '-m srh --srh-segs-left-gt 0 --srh-segs-left-lt 1', '-m srh --srh-psid ::/0 --srh-nsid ::/0' ] },
  { name: 'rt', family: 6, packets: [...routed, ...numbered(['00000000', '00000001', `00000000 ${sids}`, `00000000 ${sids.slice(0, 32)}`, `00000000 ${sids} 00000000 00000000`].flatMap((data) => [0, 1, 3].map((left) => behind({ kind: 'routing', type: 0, segmentsLeft: left, data: hex(data) }))))], matches: [
    '-m rt', '-m rt --rt-type 0', '-m rt ! --rt-type 0', '-m rt --rt-type 4', '-m rt --rt-segsleft 1', '-m rt ! --rt-segsleft 0:1', '-m rt --rt-segsleft 3:1', '-m rt --rt-len 8', '-m rt ! --rt-len 8', '-m rt --rt-len 56', '-m rt --rt-len 0', '-m rt --rt-type 0 --rt-0-res',
    '-m rt --rt-type 0 --rt-0-addrs 2001:db8:1::7', '-m rt --rt-type 0 --rt-0-addrs 2001:db8:1::7,2001:db8:2::1,2001:db8:3::2', '-m rt --rt-type 0 --rt-0-addrs 2001:db8:1::7,2001:db8:3::2 --rt-0-not-strict', '-m rt --rt-type 0 --rt-0-addrs 2001:db8:3::2,2001:db8:1::7 --rt-0-not-strict',
    '-m rt --rt-type 0 --rt-0-addrs 2001:db8:1::7,2001:db8:2::1', '-m rt --rt-type 0 --rt-segsleft 3 --rt-0-addrs 2001:db8:2::1 --rt-0-not-strict', '-m rt ! --rt-segsleft 0:4294967295' ] },
  { name: 'eui64', family: 6, packets: [...framed, ...numbered([six(udp, { source: '2001:db8::aa:bbff:fecc:ddee' }), six(udp, { source: '2001:db8::200:ff:fe00:0' })])], matches: ['-m eui64'] },
  { name: 'mh', family: 6, packets: mobile, matches: ['-p mh -m mh', '-p mh -m mh --mh-type 5', '-p mh -m mh ! --mh-type 5', '-p mh -m mh --mh-type 0:7', '-p mh -m mh ! --mh-type 0:255', '-p mh'] },
  ...([4, 6] as const).flatMap((family): readonly Group[] => {
    const make = family === 4 ? four : six;
    return [
      { name: `dccp, IPv${family}`, family, packets: datagrams(make), matches: [
        '-p dccp -m dccp', '-p dccp --sport 1000', '-p dccp ! --dport 80', '-p dccp --sport 5:3', '-p dccp --dccp-types REQUEST', '-p dccp --dccp-types DATA,ACK', '-p dccp ! --dccp-types RESET', '-p dccp --dccp-types INVALID', '-p dccp ! --dccp-types INVALID',
        '-p dccp --dccp-types ""', '-p dccp --dccp-option 5', '-p dccp ! --dccp-option 5', '-p dccp --dccp-option 1', '-p dccp --dccp-option 255' ] },
      { name: `ipcomp, IPv${family}`, family, packets: compressed(make), matches: ['-p ipcomp -m ipcomp', '-p ipcomp --ipcompspi 1:18', '-p ipcomp ! --ipcompspi 18', '-p ipcomp --ipcompspi 0:4294967295', '-p ipcomp ! --ipcompspi 0:4294967295', '-p ipcomp --compres --ipcompspi 18'] },
    ];
  }),
  { name: 'string', family: 4, packets: texts, matches: [
    ...['bm', 'kmp'].flatMap((algorithm) => [
      `-m string --string hello --algo ${algorithm}`, `-m string ! --string hello --algo ${algorithm}`, `-m string --string hello --algo ${algorithm} --icase`, `-m string --string hello --algo ${algorithm} --from 28`,
      `-m string --string hello --algo ${algorithm} --from 29`, `-m string --string hello --algo ${algorithm} --to 33`, `-m string --string hello --algo ${algorithm} --to 32`, `-m string --string hello --algo ${algorithm} --from 500`,
      `-m string ! --string hello --algo ${algorithm} --from 500`, `-m string --hex-string "|e4|" --algo ${algorithm} --icase`, `-m string --hex-string "|c4bf|" --algo ${algorithm} --icase`, `-m string --hex-string "|df|" --algo ${algorithm} --icase`,
      `-m string --string aaaab --algo ${algorithm}`, `-m string --hex-string "|45|" --algo ${algorithm} --to 1`, `-m string --hex-string "|45|" --algo ${algorithm} --to 0` ])] },
  { name: 'u32', family: 4, packets: words, matches: [
    '-m u32 --u32 "6&0xFF=17"', '-m u32 ! --u32 "6&0xFF=17"', '-m u32 --u32 "0>>22&0x3C@0&0xffff=53"', '-m u32 --u32 "0>>22&0x3C@0>>16=1000"', '-m u32 --u32 "16=0x0a000107"', '-m u32 --u32 "17=0x0a000107"', '-m u32 --u32 "28=0x01020304"',
    '-m u32 --u32 "29=0:0xffffffff"', '-m u32 --u32 "8>>24=0:1,60:63&&6&0xff=17"', '-m u32 --u32 "20@0=0:0xffffffff"', '-m u32 --u32 "20@0@0=0:0xffffffff"', '-m u32 --u32 "24@4=0"', '-m u32 --u32 "0<<4>>28=5"', '-m u32 --u32 "0<<31=0x80000000"',
    '-m u32 --u32 "0=5:3"', '-m u32 --u32 "0>>24@0=0:0xffffffff"', '-m u32 ! --u32 "20=0:0xffffffff"', '-m u32 --u32 "0xfffffffe=0"', '-m u32 --u32 "28=1"' ] },
  { name: 'bpf', family: 4, packets: words, matches: [
    '4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0', '1,6 0 0 0', '1,6 0 0 1', '2,0 0 0 7,22 0 0 0', '2,32 0 0 28,22 0 0 0', '2,40 0 0 26,22 0 0 0', '4,177 0 0 0,72 0 0 2,21 0 1 53,6 0 0 1,6 0 0 0'.replace('4,', '5,'), '2,128 0 0 0,22 0 0 0',
    '4,128 0 0 0,20 0 0 28,21 0 1 4,6 0 0 1,6 0 0 0'.replace('4,128', '5,128'), '6,0 0 0 5,2 0 0 3,97 0 0 3,135 0 0 0,4 0 0 4294967291,22 0 0 0', '3,0 0 0 5,60 0 0 0,6 0 0 1', '3,0 0 0 5,156 0 0 0,6 0 0 1', '3,48 0 0 8,84 0 0 15,22 0 0 0',
    '3,48 0 0 8,116 0 0 6,22 0 0 0', '3,48 0 0 8,100 0 0 26,22 0 0 0', '3,48 0 0 8,132 0 0 0,22 0 0 0', '5,32 0 0 12,7 0 0 0,32 0 0 16,29 0 1 0,6 0 0 0,6 0 0 1'.replace('5,', '6,'), '2,48 0 0 4293918729,22 0 0 0', '4,1 0 0 4,80 0 0 16,21 0 0 1,22 0 0 0',
    '3,5 0 0 1,6 0 0 0,6 0 0 9', '4,48 0 0 8,37 0 1 63,6 0 0 1,6 0 0 0', '4,48 0 0 8,53 0 1 64,6 0 0 1,6 0 0 0', '4,48 0 0 1,69 0 1 4,6 0 0 1,6 0 0 0', '4,32 0 0 0,36 0 0 3,164 0 0 257,22 0 0 0', '3,48 0 0 8,148 0 0 64,22 0 0 0', '3,48 0 0 8,52 0 0 65,22 0 0 0' ].map((program) => `-m bpf --bytecode "${program}"`) },
  { name: 'quota', family: 4, packets: numbered(Array.from({ length: 4 }, () => four(udp))), matches: ['-m quota --quota 100', '-m quota ! --quota 100', '-m quota --quota 0', '-m quota --quota 64', '-m quota --quota 33'] },
];

/** The length field tells how much of the packet is there. */
function cut(bytes: Uint8Array, length: number): Uint8Array {
  const out = bytes.slice(0, length);
  const four = (out[0] ?? 0) >> 4 === 4;
  const told = four ? length : length - 40;
  out.set([told >> 8, told & 255], four ? 2 : 4);
  if (four) {
    out.set([0, 0], 10);
    let sum = 0;
    for (let at = 0; at < 20; at += 2) sum += ((out[at] ?? 0) << 8) | (out[at + 1] ?? 0);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    out.set([(~sum >> 8) & 255, ~sum & 255], 10);
  }
  return out;
}

/** Each packet, cut at every length, and with every byte behind the IP header a little other than it is. */
export function edges(family: Family, packets: readonly PacketInput[], count: number, seed: number): readonly PacketInput[] {
  const random = createRandom(seed);
  const start = family === 4 ? 20 : 40;
  const variants = packets.flatMap((packet) => {
    const { bytes } = packet;
    const lengths = Array.from({ length: Math.max(0, Math.min(bytes.length, 140) - start) }, (_, index) => start + index);
    const near = lengths.flatMap((at) => [1, 0x80, 0xff].map((flip) => bytes.map((byte, index) => (index === at ? byte ^ flip : byte))));
    return [...lengths.map((length) => cut(bytes, length)), ...near].map((changed, index) => ({ ...packet, id: `${packet.id}~${index}`, bytes: changed }));
  });
  return [...packets, ...random.shuffled(variants).slice(0, Math.max(0, count - packets.length))];
}
