import { answersText, askAll } from './answers/prologue.js';
import { longestFrame } from './answers/text.js';
import { packetMembers } from './ast.js';
import type { Answer, Counter } from './context.js';
import { admissionText, counts, countersText } from './counters-text.js';
import { headerList, ipv6, routingAddresses } from './parse-ipv6.js';

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
  readonly counters: readonly Counter[];
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
  ...admissionText(needs.counters),
  ...countersText(needs.counters),
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
  ...(counts(needs.counters, 4) ? ['\tif (family == 4 && !admitted_ipv4(context, p))', '\t\treturn 0;'] : []),
  ...(counts(needs.counters, 6) ? ['\tif (family == 6 && !admitted_ipv6(p))', '\t\treturn 0;'] : []),
  '\tread_transport(context, p);',
  ...(needs.tcpOptions
    ? ['\tif (p->protocol == 6 && p->tcp_whole)', '\t\tfor (int i = 0; i < 40; i++)', '\t\t\tif (!read_option(context, p))', '\t\t\t\tbreak;']
    : []),
  ...(needs.answers.length > 0 ? [`\tif (p->limit > ${longestFrame})`, '\t\treturn 0;', ...askAll(needs.answers)] : []),
  '\treturn family;',
  '}',
  '',
];
