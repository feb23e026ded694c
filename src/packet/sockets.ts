import type { Socket } from '../ir/index.js';
import { parseAddress } from './address.js';
import { readNumber } from './word-keys.js';

/** Why a socket cannot be read: completes "a socket wants ...". */
export interface SocketFault {
  readonly wanted: string;
}

export const isSocketFault = (socket: Socket | SocketFault): socket is SocketFault => 'wanted' in socket;

/** Reads one socket of a topology: `tcp|udp ADDRESS:PORT [to ADDRESS:PORT] [transparent] [mark N]`, IPv6 addresses in brackets; `0.0.0.0` and `[::]` are all of the host. */
export function parseSocket(text: string): Socket | SocketFault {
  const [kind, end = '', ...options] = text.trim().split(/\s+/);
  const own = parseEnd(end);
  if ((kind !== 'tcp' && kind !== 'udp') || own === undefined) return { wanted: '`tcp` or `udp`, then an address with a port' };
  let socket: Socket = { protocol: kind === 'tcp' ? 6 : 17, ...own };
  for (let at = 0; at < options.length; at++) {
    const [key, value = ''] = [options[at], options[at + 1]];
    if (key === 'transparent' && socket.transparent === undefined) socket = { ...socket, transparent: true };
    else if (key === 'mark' && socket.mark === undefined) {
      const mark = readNumber(value, 0xffff_ffff);
      if (mark === undefined) return { wanted: 'a number behind `mark`' };
      socket = { ...socket, mark };
      at++;
    } else if (key === 'to' && socket.peer === undefined) {
      const peer = parseEnd(value);
      if (peer?.family !== own.family || own.address === 0n || peer.address === 0n) return { wanted: 'one address with its port before `to`, and one of the same family behind it' };
      socket = { ...socket, peer: { address: peer.address, port: peer.port } };
      at++;
    } else return { wanted: '`to ADDRESS:PORT`, `transparent` and `mark N` behind its address, each once' };
  }
  return socket;
}

/** `10.0.0.1:80`, `[2001:db8::1]:80`. */
function parseEnd(text: string): Pick<Socket, 'family' | 'address' | 'port'> | undefined {
  const [, six, four, digits = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const address = parseAddress(six ?? four ?? '');
  const port = readNumber(digits, 0xffff);
  return address === undefined || (address.family === 6) !== (six !== undefined) || port === undefined || port === 0 ? undefined : { ...address, port };
}
