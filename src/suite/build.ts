import type { CoreRuleset, Hook, PacketInput, Topology } from '../ir/index.js';
import { packetOf, sketch } from '../witness/packet.js';
import { commonTypes, documentation, flagsFor, interfaceName, stateOf, wishOf, type Circumstances, type Start } from '../witness/preferences.js';
import type { Diagrams } from './diagram.js';
import type { Point } from './points.js';

/** Makes packets of points of one hook's diagram. */
export interface Builder {
  wish(block: string): bigint;
  /** Undefined where no packet is like that. */
  packet(point: Point): PacketInput | undefined;
}

/** Without a topology a packet for FORWARD says itself where it goes; `forward`: every packet that comes in does. */
export function builderFor({ family }: CoreRuleset, { layout, vocabulary }: Diagrams, hook: Hook, { topology, forward }: { readonly topology: Topology | undefined; readonly forward: boolean }): Builder {
  const circumstances: Circumstances = {
    family,
    vocabulary,
    representatives: { in: layout.interfaces('in').representatives, out: layout.interfaces('out').representatives },
    thresholds: layout.transportLength.thresholds,
    counters: new Map(),
  };
  const start: Start = hook === 'OUTPUT' || hook === 'POSTROUTING' ? 'local' : 'wire';
  const wish = wishOf(family, start, 0);
  const { source, destination } = documentation[family];
  const [from, to] = start === 'wire' ? [source, destination] : [destination, source];
  const nameOf = (point: Point, direction: 'in' | 'out'): string => {
    const names = circumstances.representatives[direction];
    return interfaceName(names[Math.min(Number(point.get(`[${direction}]`) ?? 0n), names.length - 1)] ?? 'eth0', vocabulary.patterns[direction], undefined);
  };
  return {
    wish,
    packet(point) {
      const state = point.has('[state]') ? stateOf(point.get('[state]') ?? 0n) : 'NEW';
      const incoming = nameOf(point, 'in');
      const plain = { protocol: 6, flags: flagsFor[state][0] ?? 2, icmpType: Number(commonTypes[family][0]), source: from, destination: to };
      const drawn = sketch({ values: point, asked: new Set(point.keys()) }, circumstances, { in: incoming }, start, plain);
      if (drawn === undefined || (start === 'wire' && incoming === 'lo')) return undefined;
      if (topology !== undefined && start === 'wire' && !topology.ifaces.some(({ name }) => name === incoming)) return undefined;
      return {
        ...packetOf(drawn, ''),
        ...(point.has('[state]') ? { state } : {}),
        ...((hook === 'FORWARD' || (forward && start === 'wire')) && topology === undefined ? { forwardTo: nameOf(point, 'out') } : {}),
      };
    },
  };
}
