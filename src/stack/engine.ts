import type { AddressType, CtState, CtZone, DnatJump, Family, Hook, MasqueradeJump, NetmapJump, RedirectJump, RejectType, SnatJump, Socket, TableName, Unknown } from '../ir/index.js';

/**
 * The seam between the stack (hooks, routing, connection tracking, translation, answers: `src/stack`) and whatever judges packets
 * at a table of a hook: the reference interpreter (xtables) or the model of nft's evaluation. Both run in the same stack, so that
 * a difference between them is one of rules.
 */
export interface RuleEngine {
  readonly family: Family;
  /** Something turned connection tracking on, for this family, at every hook. */
  readonly tracking: boolean;
  /** Something (TPROXY) turned on reassembly alone. */
  readonly defragmentation?: boolean;
  /** Tables that exist, so that the stack calls no other. */
  readonly tables: readonly TableName[];
  /** Runs one table's base chain at one hook. May change `packet`; records its steps through `packet.trace`. */
  run(table: TableName, hook: Hook, packet: LivePacket, host: HostView): TableVerdict;
  /** Forgets all rate and counter state. */
  reset(): void;
}

/** What a table says. `translate` is a terminal NAT statement: the stack chooses the mapping and applies it. */
export type TableVerdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'reject'; readonly with: RejectType }
  | { readonly kind: 'translate'; readonly nat: SnatJump | DnatJump | MasqueradeJump | RedirectJump | NetmapJump }
  /** The engine does not model what this rule asks; the packet's fate is not known. */
  | { readonly kind: 'unknown'; readonly unknown: Unknown };

/** The packet on its way: the kernel's skb. Mutable; engines write header fields through `src/stack/write.ts`, which fixes checksums. */
export interface LivePacket {
  readonly family: Family;
  /** Begins with the IP header. */
  bytes: Uint8Array;
  mark: number;
  /** Absent in OUTPUT and POSTROUTING of local packets. */
  inInterface?: string;
  /** The ports of the bridge that it came by and, where it only crosses the bridge, leaves by. The interfaces are then the bridge. */
  ports?: { readonly in: string; readonly out?: string };
  /** Absent in PREROUTING and INPUT. */
  outInterface?: string;
  readonly ethernet?: Uint8Array;
  readonly packetType: 'unicast' | 'broadcast' | 'multicast';
  /** Owner of the process's socket; absent where none with an owner sends it. */
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
  /** A socket sends the packet: a process's, or the kernel's own (ICMP answers), which has no owner. Absent behind the wire and in resets. */
  readonly socket?: 'process' | 'kernel';
  /** The socket of this host that TPROXY gave a packet from the wire to. */
  attached?: Socket | undefined;
  /** Seconds since 1970. */
  readonly time: number;
  /** What `--ctstate` sees: INVALID too before tracking and where nothing is attached. */
  state: CtState;
  /** Absent on INVALID and UNTRACKED packets. */
  connection?: Connection;
  /** Set by NOTRACK in raw: the packet becomes UNTRACKED. */
  notrack: boolean;
  /**
   * The host's answer about an UNTRACKED packet: INVALID to all tests, but xtables takes it for attached already, so that its NOTRACK
   * and CT do nothing. nft's notrack does take it (measured).
   */
  readonly halfAttached?: true;
  /** Set by CT --zone. */
  zone?: CtZone;
  /** Reports one rule looked at. */
  trace(step: { readonly table: TableName; readonly chain: string; readonly rule: number; readonly line: number; readonly result: 'match' | 'no-match' | 'hotdrop' | 'return' | 'policy' | 'unknown' }): void;
}

export interface Tuple {
  readonly source: bigint;
  readonly destination: bigint;
  readonly protocol: number;
  /** ICMP: the echo id. */
  readonly sourcePort: number;
  /** ICMP: type << 8 | code. */
  readonly destinationPort: number;
}

/** A connection entry as rules may look at it. Reply is what the answer will look like, translation included. */
export interface Connection {
  readonly original: Tuple;
  reply: Tuple;
  readonly direction: 'ORIGINAL' | 'REPLY';
  /** Its translation has a port that the kernel draws; here the lowest of the choices. */
  drawn?: true;
  /** Bit n is bit n of its label. */
  labels?: bigint | undefined;
  /** The helper of the connection that expected this one. */
  readonly helper?: string;
  mark: number;
  /** Kernel bits: 1 EXPECTED, 2 SEEN_REPLY, 4 ASSURED, 8 CONFIRMED, 16 SRC_NAT, 32 DST_NAT ... */
  status: number;
  /** Seconds until it expires. */
  readonly expiration: number;
  /** What it has carried, the packet that is looked at too. Absent where nothing counts. */
  readonly carried?: { readonly original: Carried; readonly reply: Carried };
}

/** `unicast`: out of `device`; `broadcast`: to all behind it; `local`: to this host, which holds the address on `device`; `other`: to nobody in particular. */
export interface WayBack {
  readonly kind: 'unicast' | 'broadcast' | 'local' | 'other';
  readonly device: string;
}

export interface Carried {
  packets: number;
  bytes: number;
}

/** What rules may ask of the host. */
export interface HostView {
  /** The routing type of an address, as `-m addrtype` and nft's fib see it; `via` limits the lookup to one interface. */
  addressType(family: Family, address: bigint, via?: string): AddressType;
  /** MTU of the route to an address, for TCPMSS --clamp-mss-to-pmtu. */
  pathMtu(family: Family, address: bigint): number | undefined;
  /** The group of an interface; 0 unless the topology says otherwise. */
  groupOf(device: string): number;
  /** What is open on it; undefined where nobody says. */
  readonly sockets?: readonly Socket[];
  /** The address that TPROXY takes where it names none; undefined where the interface has none. */
  proxyAddress?(family: Family, device: string): bigint | undefined;
  /**
   * Where a packet to an address would go; undefined where there is no route. `from`: behind which interface link-local addresses are.
   * `prefer`: of the IPv6 routes to one network the one over that interface is taken, whatever the metrics.
   */
  wayBack(family: Family, address: bigint, from: string, prefer: boolean): WayBack | undefined;
}
