import { proxySocket } from '../../../src/stack/index.js';
import { opaque, type JumpMeaning } from '../evaluation.js';

/** The packet goes to the socket of its connection, or to the listener of the proxy; where there is none, or no transparent one, it is dropped. */
export const tproxy: JumpMeaning<'tproxy'> = ({ address, port, mark }, { sockets }) => {
  if (sockets === undefined) return opaque('which hands packets to a local socket: list the sockets of the host in its topology');
  return ({ packet, host }) => {
    const found = proxySocket(packet, { address, port }, host);
    if (found === undefined) return { kind: 'drop' };
    packet.mark = ((packet.mark & ~mark.mask) ^ mark.value) >>> 0;
    packet.attached = found;
    return { kind: 'accept' };
  };
};
