import type { AssignableField, Assignment, Shift } from '../ir/index.js';
import type { LivePacket } from '../stack/engine.js';
import { tosOf, ttlOf, writeTos, writeTtl } from '../stack/index.js';

/** `undefined`: the field has no place (a mark of no connection), so nothing happens. */
const read = (packet: LivePacket, field: AssignableField): number | undefined =>
  ({ 'packet.mark': packet.mark, 'ct.mark': packet.connection?.mark, 'ip.tos': tosOf(packet), 'ip.ttl': ttlOf(packet) })[field];

/** The arithmetic of the core's assignments. */
export function assign(packet: LivePacket, field: AssignableField, value: Assignment): void {
  const old = read(packet, field);
  if (old === undefined) return;
  const width = field === 'packet.mark' || field === 'ct.mark' ? 0xffffffff : 0xff;
  const fresh = computed(packet, old, width, value);
  if (fresh === undefined) return;
  if (field === 'packet.mark') packet.mark = fresh;
  else if (field === 'ip.tos') writeTos(packet, fresh);
  else if (field === 'ip.ttl') writeTtl(packet, fresh);
  else if (packet.connection !== undefined) packet.connection.mark = fresh;
}

function computed(packet: LivePacket, old: number, width: number, value: Assignment): number | undefined {
  switch (value.kind) {
    case 'xor':
      return (shifted(((old & ~value.mask) ^ value.value) >>> 0, value.shift) & width) >>> 0;
    case 'copy': {
      const from = read(packet, value.from);
      return from === undefined ? undefined : ((old & ~value.toMask) ^ shifted((from & value.fromMask) >>> 0, value.shift)) >>> 0;
    }
    case 'add':
      return Math.min(width, Math.max(0, old + value.amount));
  }
}

const shifted = (value: number, shift: Shift | undefined): number =>
  shift === undefined ? value : shift.direction === 'left' ? (value << shift.bits) >>> 0 : value >>> shift.bits;
