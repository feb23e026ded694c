import type { AddressMask, CtStateFlag, Range, Test as IrTest } from '../../../src/ir/index.js';
import type { Connection, LivePacket } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

const statusBit = { NONE: 0, EXPECTED: 1, SEEN_REPLY: 2, ASSURED: 4, CONFIRMED: 8 } as const;

export function hasState({ state, connection }: LivePacket, states: readonly CtStateFlag[]): boolean {
  if (states.includes(state)) return true;
  if (connection === undefined) return false;
  return (states.includes('SNAT') && (connection.status & 16) !== 0) || (states.includes('DNAT') && (connection.status & 32) !== 0);
}

/** Without a connection the state alone decides, and where none is asked for nothing matches. */
export const conntrack: MatchMeaning<'conntrack'> = (match) => {
  const { states } = match;
  const details = detailTests(match);
  return ({ packet }) => {
    if (states !== undefined && hasState(packet, states.value) === states.negated) return false;
    const { connection } = packet;
    if (connection === undefined) return states !== undefined;
    return details.every((holds) => holds(connection));
  };
};

function detailTests(match: Parameters<typeof conntrack>[0]): readonly ((connection: Connection) => boolean)[] {
  const tests: ((connection: Connection) => boolean)[] = [];
  const add = <T>(test: IrTest<T> | undefined, holds: (connection: Connection, value: T) => boolean): void => {
    if (test !== undefined) tests.push((connection) => holds(connection, test.value) !== test.negated);
  };
  const address = (read: (connection: Connection) => bigint) => (connection: Connection, { address: value, mask }: AddressMask) => ((read(connection) ^ value) & mask) === 0n;
  const port = (read: (connection: Connection) => number) => (connection: Connection, range: Range) => inRange(read(connection), range);
  if (match.direction !== undefined) tests.push(({ direction }) => direction === match.direction);
  add(match.protocol, ({ original }, value) => original.protocol === value);
  add(match.originalSource, address(({ original }) => original.source));
  add(match.originalDestination, address(({ original }) => original.destination));
  add(match.replySource, address(({ reply }) => reply.source));
  add(match.replyDestination, address(({ reply }) => reply.destination));
  add(match.originalSourcePort, port(({ original }) => original.sourcePort));
  add(match.originalDestinationPort, port(({ original }) => original.destinationPort));
  add(match.replySourcePort, port(({ reply }) => reply.sourcePort));
  add(match.replyDestinationPort, port(({ reply }) => reply.destinationPort));
  add(match.statuses, ({ status }, statuses) => (status & statuses.reduce((bits, name) => bits | statusBit[name], 0)) !== 0);
  add(match.expire, ({ expiration }, range) => inRange(expiration, range));
  return tests;
}
