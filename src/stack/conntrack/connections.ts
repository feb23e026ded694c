import type { CtState, Family, Hook } from '../../ir/index.js';
import type { Connection, Tuple } from '../engine.js';
import { trackedTransport } from '../headers.js';
import { firstPacket } from './first.js';
import { inverted, tupleOf } from './tuple.js';

/** The kernel's status bits that this stack sets. */
export const statusBits = { expected: 1, seenReply: 2, assured: 4, confirmed: 8, sourceNat: 16, destinationNat: 32, sourceNatDone: 128, destinationNatDone: 256 } as const;

/** What a packet is to connection tracking. */
export interface Tracked {
  readonly state: CtState;
  readonly connection?: Connection;
}

/**
 * The connections a host knows. Today every packet is the first of its connection; a sequence of packets keeps one table, which
 * then finds entries by tuple. `reset` forgets them.
 */
export interface ConnectionTable {
  track(bytes: Uint8Array, family: Family, hook: Hook): Tracked;
  /** The entry for a packet whose state is told from outside. */
  pretend(bytes: Uint8Array, family: Family, state: CtState): Tracked;
  reset(): void;
}

export function createConnectionTable(): ConnectionTable {
  return {
    track(bytes, family, hook) {
      const first = firstPacket(bytes, family, hook);
      switch (first.kind) {
        case 'invalid':
          return { state: 'INVALID' };
        case 'untracked':
          return { state: 'UNTRACKED' };
        case 'new':
          return { state: 'NEW', connection: connection(first.tuple, first.reply, 0) };
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
    reset() {
      // Nothing is kept yet.
    },
  };
}

const connection = (original: Tuple, reply: Tuple, status: number): Connection => ({ original, reply, direction: 'ORIGINAL', mark: 0, status, expiration: 0 });

/** An entry as CT --zone and its like leave it in raw: there, but of no flow. */
export const templateConnection = (): Connection => {
  const nothing: Tuple = { source: 0n, destination: 0n, protocol: 0, sourcePort: 0, destinationPort: 0 };
  return connection(nothing, nothing, 0);
};
