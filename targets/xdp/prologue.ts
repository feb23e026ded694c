import { endBit, listedBits } from './answers/routing.js';
import { answersText, askAll } from './answers/prologue.js';
import { longestFrame } from './answers/text.js';
import { packetMembers } from './ast.js';
import type { Answer } from './context.js';

/** More IPv6 extension headers than this in one packet, and it is passed on. */
const extensionLimit = 16;

/** What of the parser a program needs. */
export interface PrologueNeeds {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly tcpOptions: boolean;
  readonly routingAddresses: boolean;
  /** The walk of `ipv6header`. */
  readonly headerList: boolean;
  readonly answers: readonly Answer[];
}

/**
 * Declarations and the parser: everything about a frame that rules may ask, read once into `struct packet`. No header is included,
 * so the file compiles wherever clang does. Parsing is in global functions, as the chains are: the verifier looks at each once.
 */
export const prologue = (needs: PrologueNeeds): readonly string[] => [
  ...declarations,
  ...transport,
  ...(needs.tcpOptions ? tcpOptions : []),
  ...(needs.ipv4 ? ipv4 : []),
  ...(needs.ipv6 ? ipv6 : []),
  ...(needs.ipv6 && needs.routingAddresses ? routingAddresses : []),
  ...(needs.ipv6 && needs.headerList ? headerList : []),
  ...answersText(needs.answers),
  ...parse(needs),
];

/** The entry: what the kernel calls. `XDP_ABORTED` is never returned. */
export const epilogue = (needs: PrologueNeeds): readonly string[] => [
  'SEC("xdp") int ferrule(struct xdp_md *context)',
  '{',
  '\tstruct packet packet = {0};',
  '\tint outcome = PASSED;',
  '',
  '\tswitch (parse(context, &packet)) {',
  ...(needs.ipv4 ? ['\tcase 4:', '\t\toutcome = v4(&packet);', '\t\tbreak;'] : []),
  ...(needs.ipv6 ? ['\tcase 6:', '\t\toutcome = v6(&packet);', '\t\tbreak;'] : []),
  '\t}',
  '\treturn outcome & PASSED ? XDP_PASS : XDP_DROP;',
  '}',
  '',
  'char _license[] SEC("license") = "GPL";',
];

const declarations = String.raw`
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

/* Rules may ask what no packet can answer. */
#pragma GCC diagnostic ignored "-Wtautological-compare"

#define SEC(name) __attribute__((section(name), used))
#define GLOBAL __attribute__((noinline))
#define INLINE static inline __attribute__((always_inline))
#define KEEP(argument) __asm__ volatile("" : : "r"(argument))

enum { XDP_DROP = 1, XDP_PASS = 2 };

struct xdp_md {
	u32 data;
	u32 data_end;
	u32 data_meta;
	u32 ingress_ifindex;
	u32 rx_queue_index;
	u32 egress_ifindex;
};

/* The frame as the rules see it, in host byte order. Lengths and offsets are bytes. */
struct packet {
${Object.entries(packetMembers).map(([name, type]) => (type === 'u32[8]' ? `\tu32 ${name}[8];` : `\t${type} ${name};`)).join('\n')}
};

INLINE u32 load16(const u8 *at)
{
	return (u32)at[0] << 8 | at[1];
}

INLINE u32 load32(const u8 *at)
{
	return load16(at) << 16 | load16(at + 2);
}
`.trim().split('\n').concat('');

/** The first 16 bytes of the transport header; what the packet does not hold stays 0. */
const transport = String.raw`
GLOBAL int read_transport(struct xdp_md *context, volatile struct packet *p)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;
	u8 *header;
	u32 at, held, size;

	if (!p)
		return 0;
	at = p->at;
	held = at < p->limit ? p->limit - at : 0;
	p->transport = held;
	if (at > 50000)
		return 0;
	header = data + at;
	if (held < 4 || header + 4 > end)
		return 0;
	p->word0 = load32(header);
	if (held < 8 || header + 8 > end)
		return 0;
	p->word1 = load32(header + 4);
	if (held < 12 || header + 12 > end)
		return 0;
	p->word2 = load32(header + 8);
	if (held < 16 || header + 16 > end)
		return 0;
	p->word3 = load32(header + 12);
	size = (header[12] >> 4) * 4;
	if (held >= 20 && size >= 20 && size <= held) {
		p->tcp_whole = 1;
		p->option_at = at + 20;
		p->option_end = at + size;
	}
	return 0;
}
`.trim().split('\n').concat('');

/** Walks as xtables does: the end-of-list option does not end it, and a length of 0 or 1 advances by one byte. */
const tcpOptions = String.raw`
GLOBAL int read_option(struct xdp_md *context, volatile struct packet *p)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;
	u8 *option;
	u32 at, left, kind, length = 1;

	if (!p)
		return 0;
	at = p->option_at;
	if (at >= p->option_end || at > 50000)
		return 0;
	left = p->option_end - at;
	option = data + at;
	if (option + 1 > end)
		return 0;
	kind = option[0];
	p->options[(kind >> 5) & 7] |= 1u << (kind & 31);
	if (kind > 1 && left > 1 && option + 2 <= end) {
		length = option[1];
		if (kind == 2 && length == 4 && left >= 4 && option + 4 <= end && !p->mss_found) {
			p->mss_found = 1;
			p->mss = load16(option + 2);
		}
	}
	p->option_at = at + (length ? length : 1);
	return 1;
}
`.trim().split('\n').concat('');

/** A frame whose packet the stack would not show to any hook, and a fragment, is not looked at: 0. The packet ends where its length field says. */
const ipv4 = String.raw`
GLOBAL int read_ipv4(struct xdp_md *context, volatile struct packet *p)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;
	u8 *ip = data + 14;
	u32 header, length;

	if (!p || ip + 20 > end)
		return 0;
	header = (ip[0] & 15) * 4;
	length = load16(ip + 2);
	if (ip[0] >> 4 != 4 || header < 20 || length < header || length > (u64)(end - ip))
		return 0;
	if (load16(ip + 6) & 0x3fff)
		return 0;
	p->dont_fragment = ip[6] >> 6 & 1;
	p->ip_options = header > 20;
	p->tos = ip[1];
	p->length = length;
	p->ttl = ip[8];
	p->protocol = ip[9];
	p->protocol_known = 1;
	p->source = load32(ip + 12);
	p->destination = load32(ip + 16);
	p->at = 14 + header;
	p->limit = 14 + length;
	return 4;
}
`.trim().split('\n').concat('');

/**
 * `next_header` steps over one extension header as ip6tables' walk does: hop-by-hop, routing, destination options, fragment and
 * authentication headers are skipped, anything else stops it, one that is cut off leaves the protocol unknown.
 */
const ipv6 = String.raw`
INLINE u64 load64(const u8 *at)
{
	return (u64)load32(at) << 32 | load32(at + 4);
}

GLOBAL int read_ipv6(struct xdp_md *context, volatile struct packet *p)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;
	u8 *ip = data + 14;
	u32 payload;

	if (!p || ip + 40 > end)
		return 0;
	payload = load16(ip + 4);
	if (ip[0] >> 4 != 6 || payload + 40 > (u64)(end - ip) || (!payload && !ip[6]))
		return 0;
	p->tos = load16(ip) >> 4 & 255;
	p->length = payload + 40;
	p->ttl = ip[7];
	p->protocol = ip[6];
	p->protocol_known = 1;
	p->authentication_intact = 1;
	p->source_high = load64(ip + 8);
	p->source_low = load64(ip + 16);
	p->destination_high = load64(ip + 24);
	p->destination_low = load64(ip + 32);
	p->at = 54;
	p->limit = 54 + payload;
	return 6;
}

enum { WALK_ENDED, WALK_GOES_ON, WALK_LEAVES };

GLOBAL int next_header(struct xdp_md *context, volatile struct packet *p)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;
	u8 *header;
	u32 kind, at, limit, length, needed;

	if (!p)
		return WALK_LEAVES;
	kind = p->protocol;
	at = p->at;
	limit = p->limit;
	if (kind != 0 && kind != 43 && kind != 44 && kind != 51 && kind != 60)
		return WALK_ENDED;
	if (at > 40000)
		return WALK_LEAVES;
	header = data + at;
	needed = kind == 43 || kind == 44 ? 4 : 2;
	if (at + needed > limit || header + 2 > end) {
		p->protocol_known = 0;
		if (!p->authentication)
			p->authentication_intact = 0;
		p->at = limit;
		return WALK_ENDED;
	}
	if (kind == 0 && !p->hop_at) {
		p->hop_at = at;
		p->hop_length = header[1];
	}
	if (kind == 60 && !p->options_at) {
		p->options_at = at;
		p->options_length = header[1];
	}
	if (kind == 43 && !p->routing_at && header + 4 <= end) {
		p->routing_at = at;
		p->routing_word0 = load32(header);
		if (at + 8 <= limit && header + 8 <= end)
			p->routing_word1 = load32(header + 4);
	}
	if (kind == 44 && !p->fragment_at && header + 4 <= end) {
		p->fragment_at = at;
		p->fragment_word0 = load32(header);
		if (at + 8 <= limit && header + 8 <= end)
			p->fragment_word1 = load32(header + 4);
	}
	length = (header[1] + 1) * 8;
	if (kind == 44) {
		if (header + 4 > end || load16(header + 2) & 0xfff9)
			return WALK_LEAVES;
		length = 8;
	}
	if (kind == 51) {
		length = (header[1] + 2) * 4;
		if (!p->authentication) {
			p->authentication = 1;
			if (at + length > limit || at + 12 > limit || header + 12 > end) {
				p->authentication_intact = 0;
			} else {
				p->authentication_length = length;
				p->authentication_reserved = load16(header + 2);
				p->authentication_spi = load32(header + 4);
			}
		}
	}
	p->protocol = header[0];
	p->at = at + length;
	return WALK_GOES_ON;
}
`.trim().split('\n').concat('');

/** The first two addresses of a routing header. */
const routingAddresses = String.raw`
GLOBAL int read_addresses(struct xdp_md *context, volatile struct packet *p)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;
	u8 *header;
	u32 at;

	if (!p)
		return 0;
	at = p->routing_at;
	if (!at || at > 40000)
		return 0;
	header = data + at;
	if (at + 24 > p->limit || header + 24 > end)
		return 0;
	p->address1_high = load64(header + 8);
	p->address1_low = load64(header + 16);
	if (at + 40 > p->limit || header + 40 > end)
		return 0;
	p->address2_high = load64(header + 24);
	p->address2_low = load64(header + 32);
	return 0;
}
`.trim().split('\n').concat('');

/** One step of the walk of `ipv6header`: where it is in the lower half, what comes there above; 0 where it has ended. */
const headerList = String.raw`
GLOBAL u64 list_header(struct xdp_md *context, volatile struct packet *p, u64 at, u32 kind)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;
	u32 bit = 0;

	if (!p || at > 40000)
		return 0;
	switch (kind) {
	case 0: bit = ${listedBits['hop-by-hop'] ?? 0}; break;
	case 43: bit = ${listedBits['ipv6-route'] ?? 0}; break;
	case 44: bit = ${listedBits['ipv6-frag'] ?? 0}; break;
	case 50: bit = ${listedBits['esp'] ?? 0}; break;
	case 51: bit = ${listedBits['ah'] ?? 0}; break;
	case 59: bit = ${listedBits['ipv6-nonxt'] ?? 0}; break;
	case 60: bit = ${listedBits['ipv6-opts'] ?? 0}; break;
	}
	if (!bit || at > p->limit || kind == 59) {
		p->listed |= ${endBit} | (kind == 59 || kind == 50 ? (at > p->limit ? 0 : bit) : ${listedBits['protocol'] ?? 0});
		return 0;
	}
	data += at;
	if (at + 2 > p->limit || data + 2 > end)
		return 0;
	p->listed |= bit;
	if (kind == 50) {
		p->listed |= ${endBit};
		return 0;
	}
	return (u64)data[0] << 32 | (u32)(at + (kind == 44 ? 8 : kind == 51 ? (data[1] + 2) * 4 : (data[1] + 1) * 8));
}
`.trim().split('\n').concat('');

const parse = (needs: PrologueNeeds): readonly string[] => [
  '/* The IP version of the packet in the frame, or 0 for what is passed on unseen. */',
  'INLINE int parse(struct xdp_md *context, struct packet *p)',
  '{',
  '\tu8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;',
  '\tint family = 0;',
  '',
  '\tif (data + 14 > end)',
  '\t\treturn 0;',
  '\tp->ethernet_source = (u64)load32(data + 6) << 16 | load16(data + 10);',
  '\tp->ethernet_type = !(data[0] & 1) ? 0 : load32(data) == 0xffffffff && load16(data + 4) == 0xffff ? 1 : 2;',
  ...(needs.ipv4 ? ['\tif (load16(data + 12) == 0x0800)', '\t\tfamily = read_ipv4(context, p);'] : []),
  ...(needs.ipv6
    ? [
        '\tif (load16(data + 12) == 0x86dd) {',
        '\t\tint walk = WALK_GOES_ON;',
        ...(needs.headerList ? ['\t\tu64 place;'] : []),
        '',
        '\t\tfamily = read_ipv6(context, p);',
        ...(needs.headerList ? ['\t\tplace = (u64)p->protocol << 32 | 54;'] : []),
        `\t\tfor (int i = 0; i < ${extensionLimit} && walk == WALK_GOES_ON; i++)`,
        '\t\t\twalk = next_header(context, p);',
        '\t\tif (walk != WALK_ENDED)',
        '\t\t\treturn 0;',
        ...(needs.routingAddresses ? ['\t\tread_addresses(context, p);'] : []),
        ...(needs.headerList
          ? [`\t\tfor (int i = 0; i < ${extensionLimit + 1} && place; i++)`, '\t\t\tplace = list_header(context, p, place & 0xffffffff, place >> 32);']
          : []),
        '\t}',
      ]
    : []),
  '\tif (!family)',
  '\t\treturn 0;',
  '\tread_transport(context, p);',
  ...(needs.tcpOptions
    ? ['\tif (p->protocol == 6 && p->tcp_whole)', '\t\tfor (int i = 0; i < 40; i++)', '\t\t\tif (!read_option(context, p))', '\t\t\t\tbreak;']
    : []),
  ...(needs.answers.length > 0 ? [`\tif (p->limit > ${longestFrame})`, '\t\treturn 0;', ...askAll(needs.answers)] : []),
  '\treturn family;',
  '}',
  '',
];
