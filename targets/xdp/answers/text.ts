/**
 * C of a function of context and packet, as those of the parser are. Numbers of the input are all that is put into it. `KEEP`: clang
 * leaves an argument unset that nobody reads, and the verifier wants all of them.
 */
export const answer = (name: string, body: readonly string[]): readonly string[] => [
  `GLOBAL int ${name}(struct xdp_md *context, volatile struct packet *p)`, '{', '\tKEEP(context);', ...body.map((line) => (line === '' || line.endsWith(':') ? line : `\t${line}`)), '}', '',
];

export const hex = (value: bigint | number): string => `0x${value.toString(16)}${BigInt(value) > 0xffff_ffffn ? 'ull' : 'u'}`;

/** Steps of the loops that walk over a packet, in two levels so that the verifier follows few of them: together more than a frame of XDP has bytes. */
export const inner = 64;
export const outer = 56;

/** Where frames are longer than the loops, the packet is passed on unseen. */
export const longestFrame = 14 + inner * outer;
