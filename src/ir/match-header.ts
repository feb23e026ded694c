import type { AddressMask } from './address.js';
import type { MatchNode } from './match-node.js';
import type { Range, Test } from './test.js';

/** Matches over bytes of the packet that few rule sets ask for. */

/** One instruction of classic BPF: 16-bit code, 8-bit jumps, 32-bit operand. */
export interface BpfInstruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly operand: number;
}

/** Holds when the program answers something else than 0. A pinned program is an eBPF object that only its machine knows. */
export interface BpfMatch extends MatchNode<'bpf'> {
  readonly program:
    | { readonly kind: 'bytecode'; readonly instructions: readonly BpfInstruction[] }
    | { readonly kind: 'pinned'; readonly path: string };
}

/** Packet types in the order of their numbers. */
export const dccpTypes = ['REQUEST', 'RESPONSE', 'DATA', 'ACK', 'DATAACK', 'CLOSEREQ', 'CLOSE', 'RESET', 'SYNC', 'SYNCACK', 'INVALID'] as const;
export type DccpType = (typeof dccpTypes)[number];

/** `option` 1-255. An empty list of types is legal and holds for none. */
export interface DccpMatch extends MatchNode<'dccp'> {
  readonly sourcePort?: Test<Range>;
  readonly destinationPort?: Test<Range>;
  readonly types?: Test<readonly DccpType[]>;
  readonly option?: Test<number>;
}

/** An option of a header: its type, and its length in bytes 0-254 when that is asked for. */
export interface ExtensionOption {
  readonly type: number;
  readonly length?: number;
}

/** The IPv6 destination options header. `length` of the whole header in bytes; `options` are the first ones, in order, at most 16. */
export interface DstMatch extends MatchNode<'dst'> {
  readonly length?: Test<number>;
  readonly options?: readonly ExtensionOption[];
}

/** The IPv6 hop-by-hop header; see `DstMatch`. */
export interface HbhMatch extends MatchNode<'hbh'> {
  readonly length?: Test<number>;
  readonly options?: readonly ExtensionOption[];
}

/** The interface identifier of the IPv6 source is made of the frame's source MAC. */
export interface Eui64Match extends MatchNode<'eui64'> {}

/** The IPv6 fragment header. The kernel stores `length` and never looks at it. */
export interface FragMatch extends MatchNode<'frag'> {
  readonly id?: Test<Range>;
  readonly length?: Test<number>;
  /** Reserved bits are zero. */
  readonly reserved?: true;
  readonly first?: true;
  readonly more?: true;
  readonly last?: true;
}

/** `compressed` is `--compres`, which the kernel never looks at. */
export interface IpcompMatch extends MatchNode<'ipcomp'> {
  readonly spi: Test<Range>;
  readonly compressed?: true;
}

/** As `iptables-save` names them, in its order; `protocol` is whatever is no extension header. */
export const ipv6Headers = ['hop-by-hop', 'ipv6-opts', 'ipv6-route', 'ipv6-frag', 'ah', 'esp', 'ipv6-nonxt', 'protocol'] as const;
export type Ipv6Header = (typeof ipv6Headers)[number];

/** The extension headers of a packet are exactly these; with `soft`, these are among them (negated: none of these is). */
export interface Ipv6headerMatch extends MatchNode<'ipv6header'> {
  readonly headers: Test<readonly Ipv6Header[]>;
  readonly soft?: true;
}

/** Mobility header types, 0-255. */
export interface MhMatch extends MatchNode<'mh'> {
  readonly type?: Test<Range>;
}

/** One number compared in up to three ways: iptables keeps a single value for eq, gt and lt. */
export interface SrhComparison {
  readonly value: number;
  readonly eq?: { readonly negated: boolean };
  readonly gt?: { readonly negated: boolean };
  readonly lt?: { readonly negated: boolean };
}

/** The IPv6 segment routing header. `headerLength` in units of 8 bytes without the first 8. SIDs keep their host bits. */
export interface SrhMatch extends MatchNode<'srh'> {
  readonly nextHeader?: Test<number>;
  readonly headerLength?: SrhComparison;
  readonly segmentsLeft?: SrhComparison;
  readonly lastEntry?: SrhComparison;
  readonly tag?: Test<number>;
  readonly previousSid?: Test<AddressMask>;
  readonly nextSid?: Test<AddressMask>;
  readonly lastSid?: Test<AddressMask>;
}

/** `at` adds the value so far to the place from which offsets count, and reads anew. */
export interface U32Step {
  readonly operator: 'and' | 'left' | 'right' | 'at';
  readonly number: number;
}

/** Four bytes at `offset` from the IP header on, worked on by the steps, lie in one of the ranges. At most 9 steps and 10 ranges. */
export interface U32Test {
  readonly offset: number;
  readonly steps: readonly U32Step[];
  readonly values: readonly Range[];
}

/** All tests hold, at most 10. */
export interface U32Match extends MatchNode<'u32'> {
  readonly tests: Test<readonly U32Test[]>;
}
