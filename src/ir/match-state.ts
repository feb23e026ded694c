import type { AddressMask } from './address.js';
import type { CtDirection } from './conntrack.js';
import type { MatchNode } from './match-node.js';
import type { Masked, Test } from './test.js';

/** Matches over what no byte of the packet holds: connections, sockets, devices, objects of the kernel. */

/** One of the two is there: a path in the version 2 hierarchy, or the class id of net_cls. */
export interface CgroupMatch extends MatchNode<'cgroup'> {
  readonly path?: Test<string>;
  readonly classId?: Test<number>;
}

/** Bit n of `nodes` is node n+1 of `totalNodes` (1-32). */
export interface ClusterMatch extends MatchNode<'cluster'> {
  readonly nodes: Test<number>;
  readonly totalNodes: number;
  readonly seed: number;
}

/** 64-bit counts, both ends inclusive. */
export interface ConnbytesMatch extends MatchNode<'connbytes'> {
  readonly count: Test<{ readonly min: bigint; readonly max: bigint }>;
  readonly mode: 'packets' | 'bytes' | 'avgpkt';
  readonly direction: 'original' | 'reply' | 'both';
}

/** Bit 0-127 of a connection's label; `set` sets it first. */
export interface ConnlabelMatch extends MatchNode<'connlabel'> {
  readonly label: Test<number>;
  readonly set?: true;
}

export interface CpuMatch extends MatchNode<'cpu'> {
  readonly cpu: Test<number>;
}

/** The device groups of `ip link set group`. */
export interface DevgroupMatch extends MatchNode<'devgroup'> {
  readonly sourceGroup?: Test<Masked>;
  readonly destinationGroup?: Test<Masked>;
}

/** Not judged: the kernel here has no ipvs. `any` is `--ipvs`. */
export interface IpvsMatch extends MatchNode<'ipvs'> {
  readonly any?: { readonly negated: boolean };
  readonly protocol?: Test<number>;
  readonly address?: Test<AddressMask>;
  readonly port?: Test<number>;
  readonly direction?: CtDirection;
  readonly method?: Test<'GATE' | 'IPIP' | 'MASQ'>;
  readonly controlPort?: Test<number>;
}

/** Counts in a named object that must exist; holds when the object has a quota that is spent. */
export interface NfacctMatch extends MatchNode<'nfacct'> {
  readonly name: string;
}

/** `ttl` 0-2 (equal, smaller, any), `log` 0-2; the fingerprints are loaded apart. */
export interface OsfMatch extends MatchNode<'osf'> {
  readonly genre: Test<string>;
  readonly ttl?: number;
  readonly log?: number;
}

/** Bytes that the rule lets through before it stops matching. */
export interface QuotaMatch extends MatchNode<'quota'> {
  readonly quota: Test<bigint>;
}

/** What is compared with an estimator: two rates where the kernel takes differences, else the second alone; 0 where it looks at none. */
export interface RatePair {
  readonly first: number;
  readonly second: number;
}

/**
 * The rate of estimator `name` against that of `other`, or against a rate: `bytes` in bytes a second, `packets` in packets a
 * second, at least one of the two. `delta` compares what lacks to the given rates.
 */
export interface RateestMatch extends MatchNode<'rateest'> {
  readonly name: string;
  readonly other?: string;
  readonly delta?: true;
  readonly comparison: Test<'lt' | 'gt' | 'eq'>;
  readonly bytes?: RatePair;
  readonly packets?: RatePair;
}

/** Realm of the route of the source (high half) and destination. */
export interface RealmMatch extends MatchNode<'realm'> {
  readonly realm: Test<Masked>;
}

/** An open socket of this host that the packet would find. */
export interface SocketMatch extends MatchNode<'socket'> {
  readonly transparent?: true;
  readonly nowildcard?: true;
  readonly restoreMark?: true;
}
