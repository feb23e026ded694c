import type { Family, Hook, Outcome, PacketInput, TraceStep, Unknown, Verdict } from '../ir/index.js';
import type { ConnectionTable } from './conntrack/connections.js';
import type { Connection, HostView, LivePacket, RuleEngine } from './engine.js';
import type { Cast, Network, Way } from './network.js';
import type { Options4 } from './options4.js';

/** A packet with what only the stack knows of it. */
export interface Traveller extends LivePacket {
  inInterface?: string;
  outInterface?: string;
  /** The way it goes out by, where this host sends it. */
  way?: Way;
  /** How its destination was addressed, once routing knows. */
  cast: Cast;
  /** It travels in the reply direction of its connection. */
  reply: boolean;
  /** This host's answer to a packet of the connection. */
  readonly answer?: true;
  /** Its IPv4 options, once they are read. */
  options?: Options4;
  /** An IPv4 reset, whose checksum the device is to complete: REJECT takes it as right, and quotes it unfinished. */
  readonly unfinished: boolean;
  /** Conntrack has seen it. */
  tracked: boolean;
  /** Conntrack found its checksum right. */
  foundRight: boolean;
  /** Where it is now. */
  hook: Hook;
}

/** Everything one judgement needs and gathers. */
export interface Journey {
  readonly family: Family;
  readonly engine: RuleEngine | undefined;
  readonly network: Network;
  readonly connections: ConnectionTable;
  readonly input: PacketInput;
  readonly host: HostView;
  readonly path: TraceStep[];
  readonly replies: Uint8Array[];
  /** An ICMP answer is on its way: another is not made meanwhile. */
  answering: boolean;
  /** What became of an answer is not known. */
  lostAnswer?: End;
}

/** Why a packet goes no further. */
export type End = { readonly verdict: Verdict; readonly stage: Hook; readonly unknown?: Unknown };

/** How a packet begins. */
export interface Beginnings {
  readonly mark: number;
  readonly inInterface?: string;
  readonly outInterface?: string;
  readonly packetType: LivePacket['packetType'];
  readonly cast: Cast;
  readonly reply?: boolean;
  readonly answer?: true;
  readonly unfinished?: boolean;
  readonly halfAttached?: true;
  readonly state?: LivePacket['state'];
  readonly connection?: Connection;
  readonly socket?: 'process' | 'kernel';
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
}

/** Sets a packet on its way. */
export function traveller(journey: Journey, bytes: Uint8Array, begin: Beginnings): Traveller {
  const { path, input } = journey;
  const packet: Traveller = {
    family: journey.family,
    bytes,
    reply: false,
    unfinished: false,
    state: 'INVALID',
    ...begin,
    ...(input.ethernet === undefined || begin.inInterface === undefined ? {} : { ethernet: input.ethernet }),
    time: input.time ?? 0,
    notrack: false,
    tracked: false,
    foundRight: false,
    hook: 'PREROUTING',
    trace: ({ table, chain, rule, line, result }) => void path.push({ hook: packet.hook, table, chain, rule, line, result }),
  };
  return packet;
}

/** The connection seen from its other end, with one state behind both views. */
export function turned(connection: Connection): Connection {
  return {
    original: connection.original,
    ...(connection.carried === undefined ? {} : { carried: connection.carried }),
    direction: connection.direction === 'ORIGINAL' ? 'REPLY' : 'ORIGINAL',
    expiration: connection.expiration,
    ...(connection.helper === undefined ? {} : { helper: connection.helper }),
    ...(connection.drawn === undefined ? {} : { drawn: connection.drawn }),
    get reply() { return connection.reply; },
    set reply(tuple) { connection.reply = tuple; },
    get mark() { return connection.mark; },
    set mark(mark) { connection.mark = mark; },
    get labels() { return connection.labels; },
    set labels(labels) { connection.labels = labels; },
    get status() { return connection.status; },
    set status(status) { connection.status = status; },
  };
}

/** Since midnight. */
export const millisecondsOf = (time: number): number => Math.floor((time % 86400) * 1000);

/** What the journey came to. */
export function outcome(journey: Journey, end: End | undefined, arrived: { readonly verdict: Verdict; readonly packet: Traveller; readonly out?: string } | undefined): Outcome {
  const { input, replies, path } = journey;
  if (end !== undefined) return { id: input.id, verdict: end.verdict, stage: end.stage, replies, path, ...(end.unknown === undefined ? {} : { unknown: end.unknown }) };
  if (arrived === undefined) return { id: input.id, verdict: 'unseen', replies, path };
  const { verdict, packet, out } = arrived;
  return { id: input.id, verdict, mark: packet.mark, bytes: packet.bytes, replies, path, ...(out === undefined ? {} : { out }) };
}
