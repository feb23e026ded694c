import { unreachable, type Predicate } from '../ir/index.js';
import type { HostView, LivePacket } from '../stack/engine.js';
import { isPresent, layout, readField, tcpOptions, number, walkChunks } from './reading.js';

/** What a predicate may ask beside the packet. */
export interface Surroundings {
  readonly host: HostView;
  /** Whether a set holds the packet. */
  readonly inSet: (name: string, dimensions: readonly ('src' | 'dst')[], nomatch: boolean, packet: LivePacket) => boolean;
  /** Decides `limit`, `random` and `nth`; one call for each packet that comes to the test. */
  readonly draw: (predicate: Extract<Predicate, { readonly kind: 'limit' | 'random' | 'nth' }>, packet: LivePacket) => boolean;
  /** Decides an external test that has an answer. */
  readonly answer: (predicate: Extract<Predicate, { readonly kind: 'external' }>, packet: LivePacket) => boolean;
}

/** The value of a predicate on one packet. Operands are read from the left and no further than needed. */
export function holds(predicate: Predicate, packet: LivePacket, around: Surroundings): boolean {
  const { bytes, family } = packet;
  switch (predicate.kind) {
    case 'constant':
      return predicate.value;
    case 'and':
      return predicate.operands.every((operand) => holds(operand, packet, around));
    case 'or':
      return predicate.operands.some((operand) => holds(operand, packet, around));
    case 'not':
      return !holds(predicate.operand, packet, around);
    case 'field': {
      const value = readField(predicate.field, packet, around.host) & predicate.mask;
      return predicate.intervals.some(({ min, max }) => min <= value && value <= max);
    }
    case 'present':
      return isPresent(predicate.what, packet);
    case 'interface': {
      const name = (predicate.direction === 'in' ? packet.inInterface : packet.outInterface) ?? '';
      return predicate.pattern.prefix ? name.startsWith(predicate.pattern.name) : name === predicate.pattern.name;
    }
    case 'ct-state': {
      const status = packet.connection?.status ?? 0;
      return (
        predicate.states.some((state) => state === packet.state) ||
        (predicate.states.includes('SNAT') && (status & 16) !== 0) ||
        (predicate.states.includes('DNAT') && (status & 32) !== 0)
      );
    }
    case 'address-type': {
      const via = predicate.via === 'in' ? packet.inInterface : predicate.via === 'out' ? packet.outInterface : undefined;
      return predicate.types.includes(around.host.addressType(family, readField(`ip.${predicate.address}`, packet, around.host), via));
    }
    case 'set':
      return around.inSet(predicate.set, predicate.dimensions, predicate.nomatch, packet);
    case 'tcp-option': {
      for (const option of tcpOptions(bytes, layout(family, bytes).transport)) if (option.kind === predicate.option) return true;
      return false;
    }
    case 'tcp-mss': {
      for (const { kind, at, end } of tcpOptions(bytes, layout(family, bytes).transport)) {
        if (kind !== 2 || end - at < 4 || bytes[at + 1] !== 4) continue;
        const size = number(bytes, at + 2, 2);
        return predicate.interval.min <= size && size <= predicate.interval.max;
      }
      return false;
    }
    case 'sctp-chunks':
      return walkChunks(bytes, layout(family, bytes).transport + 12, predicate.scope, predicate.chunks) === true;
    case 'limit':
    case 'random':
    case 'nth':
      return around.draw(predicate, packet);
    case 'external':
      return around.answer(predicate, packet);
    default:
      return unreachable(predicate);
  }
}
