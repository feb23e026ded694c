import type { AssignableField, Assignment, MarkField, Shift } from '../ir/index.js';
import type { HostView, LivePacket } from '../stack/engine.js';
import { socketOf, tosOf, ttlOf, writeTcpFlags, writeTos, writeTtl } from '../stack/index.js';
import { layout } from './reading.js';

/** `undefined`: the field has no place (a mark of no connection, a header that is cut off), so nothing happens. */
const readers: { readonly [F in AssignableField | MarkField]: (packet: LivePacket, host: HostView) => number | undefined } = {
  'packet.mark': ({ mark }) => mark,
  'ct.mark': ({ connection }) => connection?.mark,
  'socket.mark': (packet, { sockets }) => {
    const found = socketOf(packet, sockets);
    return found && (found.mark ?? 0);
  },
  'ip.tos': tosOf,
  'ip.ttl': ttlOf,
  'tcp.flags': (packet) => packet.bytes[transportOf(packet) + 13],
};

const read = (packet: LivePacket, host: HostView, field: AssignableField | MarkField): number | undefined => readers[field](packet, host);

const transportOf = ({ family, bytes }: LivePacket): number => layout(family, bytes).transport;

/** The arithmetic of the core's assignments. */
export function assign(packet: LivePacket, host: HostView, field: AssignableField, value: Assignment): void {
  const old = read(packet, host, field);
  if (old === undefined) return;
  const width = field === 'packet.mark' || field === 'ct.mark' ? 0xffffffff : 0xff;
  const fresh = computed(packet, host, old, width, value);
  if (fresh === undefined) return;
  if (field === 'packet.mark') packet.mark = fresh;
  else if (field === 'ip.tos') writeTos(packet, fresh);
  else if (field === 'ip.ttl') writeTtl(packet, fresh);
  else if (field === 'tcp.flags') writeTcpFlags(packet, transportOf(packet), fresh);
  else if (packet.connection !== undefined) packet.connection.mark = fresh;
}

function computed(packet: LivePacket, host: HostView, old: number, width: number, value: Assignment): number | undefined {
  switch (value.kind) {
    case 'xor':
      return (shifted(((old & ~value.mask) ^ value.value) >>> 0, value.shift) & width) >>> 0;
    case 'copy': {
      const from = read(packet, host, value.from);
      return from === undefined ? undefined : ((old & ~value.toMask) ^ shifted((from & value.fromMask) >>> 0, value.shift)) >>> 0;
    }
    case 'add':
      return Math.min(width, Math.max(0, old + value.amount));
  }
}

const shifted = (value: number, shift: Shift | undefined): number =>
  shift === undefined ? value : shift.direction === 'left' ? (value << shift.bits) >>> 0 : value >>> shift.bits;
