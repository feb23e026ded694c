import { addressBits, type Family, type Interval, type Predicate, type Topology } from '../ir/index.js';
import { and, not, or } from '../ir/predicate.js';
import { inIntervals } from '../lower/predicates.js';
import { isRouteFault, parsePrefix, parseRoute } from '../packet/index.js';
import { createLookup, devicesOf } from '../probe/routes.js';

/** What a topology says of destinations: which the host keeps for itself, and by which interface the others leave. */
export interface HostFacts {
  readonly own: Predicate;
  readonly leaves: Predicate;
}

export function hostFacts(topology: Topology, family: Family): HostFacts {
  const devices = devicesOf(topology);
  const lookup = createLookup(topology, devices, family);
  const own: Interval[] = [family === 4 ? { min: 0xe000_0000n, max: 0xffff_ffffn } : { min: 0xffn << 120n, max: (1n << 128n) - 1n }];
  const behind = new Map<string, Interval[]>();
  const nowhere: Interval[] = [];
  for (const interval of stretches(topology, family)) {
    const route = lookup(interval.min);
    if (route?.kind === 'unicast') behind.set(route.device, [...(behind.get(route.device) ?? []), interval]);
    else (route === undefined || route.kind === 'unreachable' || route.kind === 'blackhole' || route.kind === 'prohibit' ? nowhere : own).push(interval);
  }
  const at = (intervals: readonly Interval[]): Predicate => inIntervals(family, 'ip.destination', intervals);
  const by = (name: string): Predicate => ({ kind: 'interface', direction: 'out', pattern: { name, prefix: false } });
  return { own: at(own), leaves: and([not(at(nowhere)), ...[...behind].map(([device, intervals]) => or([not(at(intervals)), by(device)]))]) };
}

/** Destinations between the ends of all networks and addresses, within which every lookup says the same. */
function stretches({ ifaces, local = [], routes = [], routes6 = [] }: Topology, family: Family): readonly Interval[] {
  const bits = addressBits(family);
  const networks = [
    ...[...ifaces.flatMap(({ addr }) => addr), ...local, '127.0.0.0/8', '::1'].flatMap((text) => {
      const prefix = parsePrefix(text);
      return prefix?.family === family ? [{ network: prefix.address, length: prefix.length }, { network: prefix.address, length: bits }] : [];
    }),
    ...(family === 4 ? routes : routes6).flatMap((text) => {
      const route = parseRoute(text, family);
      return isRouteFault(route) ? [] : [{ network: route.network, length: route.length }];
    }),
  ];
  const starts = new Set<bigint>([0n]);
  for (const { network, length } of networks) {
    const size = 1n << BigInt(bits - length);
    const first = network - (network % size);
    // The last address of a network is its broadcast.
    for (const start of [first, first + 1n, first + size - 1n, first + size]) if (start < 1n << BigInt(bits)) starts.add(start);
  }
  const sorted = [...starts].sort((a, b) => (a < b ? -1 : 1));
  return sorted.map((min, index) => ({ min, max: (sorted[index + 1] ?? 1n << BigInt(bits)) - 1n }));
}
