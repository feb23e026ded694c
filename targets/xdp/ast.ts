/**
 * The subset of C that the target emits. Nothing here can hold text of the input: names are made by the target, numbers are
 * numbers, and comments are filtered when printed.
 */
export interface CFile {
  /** Lines of the comment at the top. */
  readonly header: readonly string[];
  /** Fixed C text (declarations, parsing), in order. */
  readonly prologue: readonly string[];
  readonly functions: readonly CFunction[];
  readonly epilogue: readonly string[];
}

/**
 * `global`: verified on its own, so that what the verifier learns on one path does not multiply into the next. `inline`: becomes
 * part of its caller and costs no call frame. Both take the parsed packet and return an outcome.
 */
export interface CFunction {
  readonly name: string;
  readonly linkage: 'global' | 'inline';
  readonly comment?: string;
  readonly body: readonly Statement[];
}

/** What a piece of a chain says about all paths that a packet may take through it; bits, or-ed. */
export const outcomes = {
  /** Every path ended here: in a drop, or in an accept, which the packet's `accepted` remembers. */
  ENDED: 0,
  /** Some path comes back to the caller of the chain. */
  RETURNED: 1,
  /** Some path has an effect that only the stack can have: pass the packet on, whatever the other paths do. */
  PASSED: 2,
  /** Some path goes on with the next part of a chain that was cut into several functions. */
  RESUMED: 4,
} as const;
export type Outcome = keyof typeof outcomes;

export type Statement =
  | { readonly kind: 'if'; readonly condition: Expression; readonly then: readonly Statement[]; readonly otherwise?: readonly Statement[] }
  | { readonly kind: 'return'; readonly value: Expression }
  | { readonly kind: 'declare'; readonly name: string; readonly value: Expression }
  | { readonly kind: 'assign'; readonly to: Expression; readonly operator: '=' | '|=' | '&='; readonly value: Expression }
  /** A block that `leave` jumps out of: how a chain is written into its caller. */
  | { readonly kind: 'scope'; readonly body: readonly Statement[] }
  | { readonly kind: 'leave' }
  | { readonly kind: 'comment'; readonly text: string };

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

export type Expression =
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'member'; readonly member: PacketMember; readonly index?: number }
  /** Every function takes the parsed packet, and these behind it. */
  | { readonly kind: 'call'; readonly name: string; readonly behind: readonly Expression[] }
  | { readonly kind: 'arithmetic'; readonly operator: '&' | '|' | '+' | '-' | '*' | '>>'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'all' | 'any'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression };

/** Members of the C struct `packet`: what parsing found, in host byte order. */
export const packetMembers = {
  source_high: 'u64',
  source_low: 'u64',
  destination_high: 'u64',
  destination_low: 'u64',
  ethernet_source: 'u64',
  source: 'u32',
  destination: 'u32',
  ethernet_type: 'u32',
  protocol_known: 'u32',
  protocol: 'u32',
  length: 'u32',
  tos: 'u32',
  ttl: 'u32',
  dont_fragment: 'u32',
  ip_options: 'u32',
  at: 'u32',
  limit: 'u32',
  transport: 'u32',
  word0: 'u32',
  word1: 'u32',
  word2: 'u32',
  word3: 'u32',
  tcp_whole: 'u32',
  authentication: 'u32',
  authentication_intact: 'u32',
  authentication_spi: 'u32',
  authentication_length: 'u32',
  authentication_reserved: 'u32',
  hop_at: 'u32',
  hop_length: 'u32',
  options_at: 'u32',
  options_length: 'u32',
  routing_at: 'u32',
  routing_word0: 'u32',
  routing_word1: 'u32',
  address1_high: 'u64',
  address1_low: 'u64',
  address2_high: 'u64',
  address2_low: 'u64',
  fragment_at: 'u32',
  fragment_word0: 'u32',
  fragment_word1: 'u32',
  listed: 'u32',
  answers: 'u32[8]',
  option_at: 'u32',
  option_end: 'u32',
  options: 'u32[8]',
  mss_found: 'u32',
  mss: 'u32',
  accepted: 'u32',
} as const satisfies Record<string, 'u32' | 'u64' | 'u32[8]'>;
export type PacketMember = keyof typeof packetMembers;
