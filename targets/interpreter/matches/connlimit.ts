import { prefixMask } from '../../../src/ir/index.js';
import { destinationOf, ownTuple, sourceOf, statusBits, type Connection, type Tuple } from '../../../src/stack/index.js';
import { condemn, type MatchMeaning } from '../evaluation.js';

const textOf = ({ source, destination, protocol, sourcePort, destinationPort }: Tuple): string => [source, destination, protocol, sourcePort, destinationPort].join(' ');

/**
 * Counts the connections that were asked about under the packet's address and came through, and the packet's own. Those of packets
 * without an entry count for themselves alone. (The kernel looks who is gone once a tick: more come in one tick count all.)
 */
export const connlimit: MatchMeaning<'connlimit'> = ({ comparison, limit, prefix, address }, { family, runtime }) => {
  const groups = new Map<string, Map<string, Connection>>();
  runtime.onReset(() => groups.clear());
  const mask = prefixMask(family, prefix);
  return (evaluation) => {
    const { packet } = evaluation;
    const { connection } = packet;
    const own = connection?.original ?? ownTuple(packet);
    if (own === undefined) return condemn(evaluation);
    const zone = packet.zone === undefined ? '' : `${packet.zone.direction} ${packet.zone.id}`;
    const key = `${(address === 'source' ? sourceOf : destinationOf)(packet.bytes, family) & mask} ${zone}`;
    const group = groups.get(key) ?? new Map<string, Connection>();
    groups.set(key, group);
    for (const [text, { status }] of group) if ((status & statusBits.confirmed) === 0 && text !== textOf(own)) group.delete(text);
    const others = [...group.keys()].filter((text) => text !== textOf(own)).length;
    if (connection !== undefined) group.set(textOf(own), group.get(textOf(own)) ?? connection);
    return others + 1 > limit === (comparison === 'above');
  };
};
