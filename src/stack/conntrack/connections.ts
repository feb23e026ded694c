import type { CtState, Family, Hook } from '../../ir/index.js';
import { destinationOf } from '../bytes.js';
import type { Connection, Tuple } from '../engine.js';
import { trackedTransport } from '../headers.js';
import { firstPacket, quotedPacket, soundInFlow } from './first.js';
import { inverted, tupleOf } from './tuple.js';

/** The kernel's status bits that this stack sets. */
export const statusBits = { expected: 1, seenReply: 2, assured: 4, confirmed: 8, sourceNat: 16, destinationNat: 32, sourceNatDone: 128, destinationNatDone: 256 } as const;

/** What a packet is to connection tracking. */
export interface Tracked {
  readonly state: CtState;
  /** As the first packet of it sees it, whichever way this one goes. */
  readonly connection?: Connection;
  /** It goes in the reply direction, or is an ICMP error about what went in the original one. */
  readonly reply?: true;
}

/**
 * The connections a host knows: those whose first packet came through. Packets that are judged alone find none; `reset` forgets them.
 * Of the TCP state machine only the flags that no packet of a connection has are told (measured: the others keep its state, or are
 * let through unlooked).
 */
export interface ConnectionTable {
  track(bytes: Uint8Array, family: Family, hook: Hook): Tracked;
  /** The first packet of a connection has come through: what follows finds it. */
  confirm(connection: Connection): void;
  /** The entry for a packet whose state is told from outside. */
  pretend(bytes: Uint8Array, family: Family, state: CtState): Tracked;
  reset(): void;
}

interface Entry {
  readonly connection: Connection;
  readonly reply: boolean;
}

const keyOf = ({ source, destination, protocol, sourcePort, destinationPort }: Tuple): string => `${source} ${destination} ${protocol} ${sourcePort} ${destinationPort}`;

export function createConnectionTable(): ConnectionTable {
  const entries = new Map<string, Entry>();

  /** What a packet of a known connection is. */
  const known = (bytes: Uint8Array, family: Family, hook: Hook): Tracked | undefined => {
    const transport = trackedTransport(bytes, family);
    if (transport === undefined) return undefined;
    const quoted = quotedPacket(bytes, family, transport);
    const about = quoted && inverted(quoted);
    const related = about && entries.get(keyOf(about));
    if (related !== undefined && about?.destination !== destinationOf(bytes, family)) return { state: 'INVALID' };
    if (related !== undefined) return { state: 'RELATED', connection: related.connection, ...(related.reply ? { reply: true } : {}) };
    const tuple = tupleOf(bytes, family, transport.protocol, transport.offset);
    const entry = tuple && entries.get(keyOf(tuple));
    if (entry === undefined) return undefined;
    if (!soundInFlow(bytes, family, transport, hook)) return { state: 'INVALID' };
    const { connection, reply } = entry;
    if (reply) connection.status |= statusBits.seenReply;
    else if ((connection.status & statusBits.seenReply) === 0) return { state: 'NEW', connection };
    return { state: 'ESTABLISHED', connection, ...(reply ? { reply } : {}) };
  };

  return {
    confirm(connection) {
      connection.status |= statusBits.confirmed;
      entries.set(keyOf(connection.original), { connection, reply: false });
      entries.set(keyOf(connection.reply), { connection, reply: true });
    },
    track(bytes, family, hook) {
      const counted = (tracked: Tracked): Tracked => {
        // An error about a packet is none of its connection's.
        const side = tracked.state === 'RELATED' ? undefined : tracked.connection?.carried?.[tracked.reply === true ? 'reply' : 'original'];
        if (side !== undefined) {
          side.packets += 1;
          side.bytes += bytes.length;
        }
        return tracked;
      };
      const earlier = entries.size === 0 ? undefined : known(bytes, family, hook);
      if (earlier !== undefined) return counted(earlier);
      const first = firstPacket(bytes, family, hook);
      switch (first.kind) {
        case 'invalid':
          return { state: 'INVALID' };
        case 'untracked':
          return { state: 'UNTRACKED' };
        case 'new':
          return counted({ state: 'NEW', connection: { ...connection(first.tuple, first.reply, 0), carried: { original: { packets: 0, bytes: 0 }, reply: { packets: 0, bytes: 0 } } } });
      }
    },
    pretend(bytes, family, state) {
      if (state === 'INVALID' || state === 'UNTRACKED') return { state };
      const transport = trackedTransport(bytes, family);
      const tuple = transport && tupleOf(bytes, family, transport.protocol, transport.offset);
      const reply = tuple && inverted(tuple);
      if (tuple === undefined || reply === undefined) return { state };
      const { seenReply, assured, confirmed, sourceNatDone, destinationNatDone } = statusBits;
      const settled = confirmed | sourceNatDone | destinationNatDone;
      return { state, connection: connection(tuple, reply, state === 'NEW' ? 0 : state === 'ESTABLISHED' ? settled | seenReply | assured : settled) };
    },
    reset: () => entries.clear(),
  };
}

const connection = (original: Tuple, reply: Tuple, status: number): Connection => ({ original, reply, direction: 'ORIGINAL', mark: 0, status, expiration: 0 });

/** An entry as CT --zone and its like leave it in raw: there and confirmed, but of no flow. */
export const templateConnection = (): Connection => {
  const nothing: Tuple = { source: 0n, destination: 0n, protocol: 0, sourcePort: 0, destinationPort: 0 };
  return connection(nothing, nothing, statusBits.confirmed | 0x800);
};
