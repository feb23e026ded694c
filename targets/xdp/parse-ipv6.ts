import { endBit, listedBits } from './answers/routing.js';

/**
 * `next_header` steps over one extension header as ip6tables' walk does: hop-by-hop, routing, destination options, fragment and
 * authentication headers are skipped, anything else stops it, one that is cut off leaves the protocol unknown.
 */
export const ipv6 = String.raw`
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
export const routingAddresses = String.raw`
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
export const headerList = String.raw`
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
