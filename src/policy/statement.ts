import type { CtState, Family, InterfacePattern, Interval, Source } from '../ir/index.js';

/** The ways a packet may go: to this host, through it, or from it. */
export const ways = ['INPUT', 'FORWARD', 'OUTPUT'] as const;
export type Way = (typeof ways)[number];

/** Where packets come from or go to. */
export type End =
  | { readonly kind: 'self' }
  | { readonly kind: 'interface'; readonly pattern: InterfacePattern }
  | { readonly kind: 'prefix'; readonly family: Family; readonly address: bigint; readonly length: number };

/** Packets, by what each dimension may be; a dimension that is absent may be anything. Several values of one are alternatives. */
export interface PacketSet {
  readonly from?: readonly End[];
  /** Where it arrives, after the translation of its destination. */
  readonly to?: readonly End[];
  readonly in?: readonly InterfacePattern[];
  readonly out?: readonly InterfacePattern[];
  readonly protocol?: readonly number[];
  readonly source?: readonly Extract<End, { readonly kind: 'prefix' }>[];
  /** As it was sent, before any translation. */
  readonly destination?: readonly Extract<End, { readonly kind: 'prefix' }>[];
  readonly sport?: readonly Interval[];
  /** As it was sent. */
  readonly dport?: readonly Interval[];
  /** Where it arrives. */
  readonly port?: readonly Interval[];
  readonly icmp?: readonly { readonly type: number; readonly code?: number }[];
  readonly state?: readonly CtState[];
  readonly hook?: readonly Way[];
}

/** `forbid`: no packet of the set is accepted all along its way. `allow`: every one is. */
export interface Statement {
  readonly name: string;
  readonly mode: 'forbid' | 'allow';
  readonly packets: PacketSet;
  readonly source: Source;
}
