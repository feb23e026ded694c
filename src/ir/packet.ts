import type { Family } from './address.js';
import type { CtState } from './conntrack.js';
import type { Hook, TableName } from './hook.js';
import type { Source } from './source.js';

/** One packet to be judged. `bytes` begin with the IP header. */
export interface PacketInput {
  readonly id: string;
  /** `wire`: arrives on `inInterface`; `local`: a process on this host sends it. */
  readonly origin: 'wire' | 'local';
  readonly inInterface?: string;
  readonly bytes: Uint8Array;
  /** fwmark at the start; 0 unless given. */
  readonly mark?: number;
  /** The Ethernet header (14 bytes) when the device has a link layer. */
  readonly ethernet?: Uint8Array;
  /** Overrides what the Ethernet header says. */
  readonly packetType?: 'unicast' | 'broadcast' | 'multicast';
  /** Owner of the sending socket (`local` only). */
  readonly uid?: number;
  readonly gid?: number;
  /** Supplementary groups of its process. */
  readonly groups?: readonly number[];
  /** Seconds since 1970; decides time and rate tests. */
  readonly time?: number;
  /** Overrides connection tracking. */
  readonly state?: CtState;
  /** Without a topology: the packet is forwarded out of this interface instead of being local. */
  readonly forwardTo?: string;
}

export interface TopologyInterface {
  readonly name: string;
  /** With their prefix: `10.0.0.1/24`, `2001:db8::1/64`. */
  readonly addr: readonly string[];
  readonly mac?: string;
  /** 1500 unless given. */
  readonly mtu?: number;
  /** 0 unless given. */
  readonly group?: number;
  /** The bridge that it is a port of: another interface. */
  readonly bridge?: string;
}

/** A TCP or UDP socket that is open on the host, for rules that ask for one. */
export interface Socket {
  readonly family: Family;
  readonly protocol: 6 | 17;
  /** 0: whatever address of the host. */
  readonly address: bigint;
  readonly port: number;
  /** Whom it is connected to. Without one, TCP listens and UDP takes from everybody. */
  readonly peer?: { readonly address: bigint; readonly port: number };
  /** Of a transparent proxy (IP_TRANSPARENT). */
  readonly transparent?: true;
  /** SO_MARK; 0 unless given. */
  readonly mark?: number;
}

/** The host that judges: the contract's topology file. Forwarding on, rp_filter off. */
export interface Topology {
  readonly ifaces: readonly TopologyInterface[];
  readonly local?: readonly string[];
  /** `default dev eth2`, `10.9.0.0/16 via 10.0.1.7 dev eth1`. */
  readonly routes?: readonly string[];
  readonly routes6?: readonly string[];
  /** All that are open; absent: nobody says. */
  readonly sockets?: readonly Socket[];
}

/**
 * Where a packet ended. input, forward, output: it arrived; drop, reject: rules ended it; lost: it passed the hook of `stage`, then
 * routing, TTL or size ended it; held: a fragment that waits for the rest; unseen: discarded before PREROUTING (a local packet:
 * refused before OUTPUT). unknown: a rule decides it by what the interpreter does not model; `unknown` says which.
 */
export type Verdict = 'input' | 'forward' | 'output' | 'drop' | 'reject' | 'lost' | 'held' | 'unseen' | 'unknown';

export type StepResult = 'match' | 'no-match' | 'hotdrop' | 'return' | 'policy' | 'unknown';

/** The rule at which judging stopped, and why. */
export interface Unknown {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly rule: number;
  /** As `-m` or `-j` names it. */
  readonly extension: string;
  readonly reason: string;
  readonly source: Source;
  /** Judging took too long, rather than meeting something that is not modelled. */
  readonly limit?: true;
}

/** One rule looked at. `rule` counts within its chain from 1; 0 is the policy. */
export interface TraceStep {
  readonly hook: Hook;
  readonly table: TableName;
  readonly chain: string;
  readonly rule: number;
  readonly line: number;
  readonly result: StepResult;
}

/** What became of a packet. */
export interface Outcome {
  readonly id: string;
  readonly verdict: Verdict;
  readonly stage?: Hook;
  /** Interface it left by (forward, output) or was delivered from. */
  readonly out?: string;
  readonly mark?: number;
  /** The packet as it leaves or is delivered. */
  readonly bytes?: Uint8Array;
  /** Present exactly when `verdict` is unknown. */
  readonly unknown?: Unknown;
  /** What was sent back, in order. */
  readonly replies: readonly Uint8Array[];
  readonly path: readonly TraceStep[];
}
