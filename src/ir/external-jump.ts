import type { AssumptionId } from './assumptions.js';
import type { Field, Predicate } from './core.js';
import { identityOf } from './identity.js';
import type { Jump, JumpOf } from './jump.js';
import type { Masked } from './test.js';

/** Jumps of which more is to be said than the core's own actions do: what they do lies beside the packet, or hangs on something beside it. */
export type ExternalJumpKind =
  | 'audit' | 'checksum' | 'classify' | 'clusterip' | 'connsecmark' | 'dnpt' | 'hmark' | 'idletimer' | 'led' | 'nfqueue' | 'rateest' | 'secmark' | 'snpt' | 'synproxy'
  | 'tcpoptstrip' | 'tee' | 'tproxy' | 'trace' | 'ulog';
export type ExternalJump = JumpOf<ExternalJumpKind>;

/**
 * Something done beside the verdict, in order. `log`: a record that shows the packet as it is by then. `opaque`: others see it, or a
 * state of theirs, with the packet as it is. `change`: done to the packet in a way that no test reads, and gone with it.
 */
export interface ExternalEffect {
  readonly kind: 'log' | 'opaque' | 'change';
  /** One text for one doing. */
  readonly text: string;
}

/**
 * Where the packet goes. `taken`: where the predicate holds the packet is used up, to all others a drop, else the rule goes on. `asked`:
 * something outside answers; no means drop, yes sets the mark and then accepts or goes on. Absent: the rule goes on.
 */
export type ExternalEnd =
  | { readonly kind: 'taken'; readonly when: Predicate }
  | { readonly kind: 'asked'; readonly yes: 'accept' | 'return'; readonly mark?: Masked };

/** What such a jump does, as far as anybody can tell from it. */
export interface ExternalMeaning {
  /** As `-j` has it. */
  readonly name: string;
  readonly effects: readonly ExternalEffect[];
  /** What is another afterwards: something that follows from the packet as it was, but nobody knows how. `header`: any header field. */
  readonly writes?: readonly (Field | 'header')[];
  /** TCP options of these kinds are gone. */
  readonly strips?: readonly number[];
  readonly end?: ExternalEnd;
  /** Under it, nothing is done at all. */
  readonly without?: AssumptionId;
}

const flags = (values: readonly number[]): Predicate => ({ kind: 'field', field: 'tcp.flags', mask: 0x17n, intervals: values.map((value) => ({ min: BigInt(value), max: BigInt(value) })) });

const meanings: { readonly [K in ExternalJumpKind]: (jump: JumpOf<K>) => Omit<ExternalMeaning, 'name'> } = {
  // The kernel writes the same record whatever the type.
  audit: () => ({ effects: [{ kind: 'log', text: 'audit' }] }),
  checksum: () => ({ effects: [{ kind: 'change', text: 'checksum' }], without: 'no-partial-checksums' }),
  classify: ({ major, minor }) => ({ effects: [{ kind: 'change', text: `priority ${((major << 16) | minor) >>> 0}` }] }),
  clusterip: (jump) => ({ effects: [plain(jump)], end: { kind: 'asked', yes: 'return' } }),
  // Restored, it is the packet's; saved, the connection's.
  connsecmark: ({ operation }) => ({ effects: [{ kind: operation === 'restore' ? 'change' : 'opaque', text: `security mark ${operation}` }] }),
  dnpt: () => ({ effects: [], writes: ['ip.destination'] }),
  hmark: () => ({ effects: [], writes: ['packet.mark'] }),
  idletimer: (jump) => ({ effects: [plain(jump)] }),
  led: (jump) => ({ effects: [plain(jump)] }),
  nfqueue: (jump) => ({ effects: [plain(jump)], writes: ['packet.mark', 'header'], end: { kind: 'asked', yes: 'accept' } }),
  rateest: (jump) => ({ effects: [plain(jump)] }),
  secmark: (jump) => ({ effects: [plain(jump)] }),
  snpt: () => ({ effects: [], writes: ['ip.source'] }),
  // A SYN is answered, an ACK looked at as an answer to that; other packets go on.
  synproxy: (jump) => ({ effects: [plain(jump)], end: { kind: 'taken', when: flags([0x02, 0x10]) } }),
  tcpoptstrip: ({ options }) => ({ effects: options.map((option) => ({ kind: 'change', text: `strip TCP option ${option}` })), strips: options }),
  tee: (jump) => ({ effects: [plain(jump)] }),
  tproxy: (jump) => ({ effects: [{ kind: 'change', text: externalIdentity(jump) }], end: { kind: 'asked', yes: 'accept', mark: jump.mark } }),
  trace: () => ({ effects: [{ kind: 'log', text: 'trace' }] }),
  ulog: (jump) => ({ effects: [{ kind: 'log', text: identityOf(jump) }] }),
};

const plain = (jump: ExternalJump): ExternalEffect => ({ kind: 'opaque', text: identityOf(jump) });

export const isExternal = (jump: Jump): jump is ExternalJump => Object.hasOwn(meanings, jump.kind);

/** One text for jumps that ask the same of what is outside: the mark that they set is their own matter. */
export const externalIdentity = (jump: ExternalJump): string => identityOf('mark' in jump ? { ...jump, mark: undefined } : jump);

/** What such a jump does. */
export function externalMeaning(jump: ExternalJump): ExternalMeaning {
  // The table is keyed by kind; the compiler cannot see that key and value agree.
  const meaning = meanings[jump.kind] as (jump: ExternalJump) => Omit<ExternalMeaning, 'name'>;
  return { name: jump.kind.toUpperCase(), ...meaning(jump) };
}

/** Whether someone sees that a packet came to the jump, though it is dropped later. */
export const isSeen = (jump: ExternalJump): boolean => {
  const { effects, end } = externalMeaning(jump);
  return end !== undefined || effects.some(({ kind }) => kind !== 'change');
};
