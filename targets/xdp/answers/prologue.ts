import type { Answer } from '../context.js';

/**
 * What answers read with, each with the names of those before it that it calls. Places are 64 bits wide: of a narrower argument clang
 * makes a copy for the comparison, and the verifier does not know the original's bounds.
 */
const helpers: readonly (readonly [name: string, needs: readonly string[], text: string])[] = [
  ['byte_at', [], String.raw`
/* A byte of the frame, or -1 behind its end. */
GLOBAL int byte_at(struct xdp_md *context, u64 at)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;

	if (at > 50000)
		return -1;
	data += at;
	return data + 1 > end ? -1 : data[0];
}
`],
  ['half_at', [], String.raw`
/* Half of an IPv6 address; 0 where the frame has none. */
GLOBAL u64 half_at(struct xdp_md *context, u64 at)
{
	u8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;

	if (at > 50000)
		return 0;
	data += at;
	return data + 8 > end ? 0 : (u64)load32(data) << 32 | load32(data + 4);
}
`],
  ['folded', [], String.raw`
INLINE int folded(int byte)
{
	return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0xdf && byte != 0xf7) ? byte - 32 : byte;
}
`],
  ['seen_byte', ['byte_at'], String.raw`
/* A byte counted from the IP header. Forwarding takes one from the lifetime, and from the checksum over it, before the hook sees them. */
GLOBAL int seen_byte(struct xdp_md *context, volatile struct packet *p, u64 at, u32 forwarded)
{
	int byte = byte_at(context, at + 14), sum;

	if (!p || !forwarded || at > 11 || byte < 0)
		return byte;
	if (byte_at(context, 14) >> 4 == 6)
		return at == 7 ? byte - 1 : byte;
	if (at == 8)
		return byte - 1;
	if (at < 10)
		return byte;
	sum = (byte_at(context, 24) | byte_at(context, 25) << 8) + 1;
	sum += sum >= 0xffff;
	return at == 10 ? sum & 255 : sum >> 8 & 255;
}
`],
  ['program_load', ['seen_byte', 'byte_at'], String.raw`
/* What a load of classic BPF reads; bit 32 where it leaves the packet. */
GLOBAL u64 program_load(struct xdp_md *context, volatile struct packet *p, u64 offset, u32 size, u32 forwarded)
{
	u64 value = 0;

	if (!p)
		return 1ull << 32;
	if (offset >= 0xfff00000 && offset < 0xfffff000)
		offset -= 0xfff00000;
	if (offset > 50000 || offset + size > p->limit - 14)
		return 1ull << 32;
	for (u32 i = 0; i < 4 && i < size; i++) {
		int byte = seen_byte(context, p, offset + i, forwarded);

		if (byte < 0)
			return 1ull << 32;
		value = value << 8 | byte;
	}
	return value;
}
`],
];

/** The functions of all answers, behind what they call. */
export function answersText(answers: readonly Answer[]): readonly string[] {
  const texts = answers.flatMap(({ text }) => text);
  const wanted = new Set(helpers.flatMap(([name, needs]) => (texts.some((line) => line.includes(`${name}(`)) ? [name, ...needs] : [])));
  return [...helpers.flatMap(([name, , text]) => (wanted.has(name) ? text.trim().split('\n').concat('') : [])), ...texts];
}

/** Asks each of a family, and keeps what it says. */
export const askAll = (answers: readonly Answer[]): readonly string[] =>
  answers.flatMap(({ family, name, bit }) => [`\tif (family == ${family} && ${name}(context, p))`, `\t\tp->answers[${bit >> 5}] |= ${2 ** (bit & 31)}u;`]);
