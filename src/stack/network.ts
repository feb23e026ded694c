import type { AddressType, Family, Topology } from '../ir/index.js';
import { isLoopback4, isMulticast, limitedBroadcast, type Prefix } from './address.js';
import type { WayBack } from './engine.js';
import { createRouting, scope6, type Route, type RouteKind, type Routing } from './routing.js';

/** Where routing sends a packet that came in. `answer` is what the host says when it has no way: an ICMP code. */
export type Arrival =
  | { readonly kind: 'local'; readonly cast: Cast }
  | { readonly kind: 'forward'; readonly way: Way }
  | { readonly kind: 'lost'; readonly answer?: 'no-route' | 'host-unreachable' | 'prohibited' };

export type Cast = 'unicast' | 'broadcast' | 'multicast';

/** The interface a packet came in by. */
export interface Device {
  readonly name: string;
  /** It has a link layer, so that neighbours are looked for. */
  readonly link: boolean;
}

/** The way out to a destination. */
export interface Way {
  readonly device: string;
  readonly mtu: number;
  readonly cast: Cast;
  /** The destination is this host. */
  readonly local: boolean;
}

/** What the stack asks of the host's addresses and routes. */
export interface Network {
  /** Somebody described the host: its addresses are known. */
  readonly described: boolean;
  arrival(family: Family, device: Device, source: bigint, destination: bigint): Arrival;
  /** For packets of this host; undefined where there is no way. Link-local destinations are looked for behind `device` only. */
  wayTo(family: Family, destination: bigint, device?: string): Way | undefined;
  /** The way anew, after mangle OUTPUT changed something: groups then go out by the interface of the source. */
  wayAgain(family: Family, source: bigint, destination: bigint): Way | undefined;
  /** IPv6 sends no error to a router's anycast address. */
  isAnycast(family: Family, address: bigint): boolean;
  /** The address from which the host answers somebody about a packet that was meant for `destination`. */
  answerSource(family: Family, to: bigint, destination: bigint, inDevice: string | undefined): bigint | undefined;
  /** The address this host's own packets bear. */
  sourceTo(family: Family, destination: bigint): bigint | undefined;
  masqueradeAddress(family: Family, device: string, destination: bigint): bigint | undefined;
  redirectAddress(family: Family, device: string, destination: bigint): bigint | undefined;
  /** See `HostView`. */
  proxyAddress(family: Family, device: string): bigint | undefined;
  addressType(family: Family, address: bigint, via?: string): AddressType;
  /** The group of an interface. */
  groupOf(device: string): number;
  /** See `HostView`. */
  wayBack(family: Family, address: bigint, from: string, prefer: boolean): WayBack | undefined;
  /** The bridge that an interface is a port of, and its other ports in the topology's order. */
  bridgeOf(device: string): { readonly name: string; readonly others: readonly string[] } | undefined;
  /** Frames to this address are the host's own; undefined where the topology does not say. */
  macOf(device: string): number | undefined;
}

export function createNetwork(topology: Topology): Network {
  const routing = createRouting(topology);
  const wayOf = (family: Family, route: Route, destination: bigint): Way => {
    const local = route.kind === 'local' || route.kind === 'anycast';
    const cast = route.kind === 'broadcast' ? 'broadcast' : isMulticast(family, destination) ? 'multicast' : 'unicast';
    return { device: local ? 'lo' : route.device, mtu: local ? 65536 : routing.mtuOf(route), cast, local };
  };
  const wayTo: Network['wayTo'] = (family, destination, device) =>
    // To nobody is to oneself.
    destination === 0n ? { device: 'lo', mtu: 65536, cast: 'unicast', local: true } : routed(family, destination, device);
  const routed: Network['wayTo'] = (family, destination, device) => {
    const route = routing.lookup(family, destination, isLinkLocal(family, destination) ? device : undefined);
    if (route === undefined || isDeadEnd(route.kind)) return undefined;
    if (family === 4 && destination === limitedBroadcast) return { ...wayOf(family, route, destination), cast: 'broadcast' };
    return wayOf(family, route, destination);
  };
  const addressesOf = (family: Family, device: string): readonly Prefix[] => (routing.devices.get(device)?.addresses ?? []).filter((prefix) => prefix.family === family);
  return {
    described: true,
    arrival: (family, device, source, destination) => (family === 4 ? arrival4(routing, wayOf, source, destination) : arrival6(routing, wayOf, device, destination)),
    wayTo,
    wayAgain(family, source, destination) {
      const way = family === 6 ? routed(family, destination) : wayTo(family, destination);
      // Only an address that may be somebody's counts as a source.
      if (family === 4 && addressType4(routing, source, undefined) !== 'LOCAL' && addressType4(routing, source, undefined) !== 'UNICAST') return way;
      // 127/8 does not leave the host (route_localnet is off).
      if (family === 4 && isLoopback4(source) && way?.device !== 'lo') return undefined;
      if (family === 6 || way === undefined || (destination !== limitedBroadcast && !isMulticast(4, destination))) return way;
      for (const device of routing.devices.values()) {
        if (device.addresses.some((own) => own.family === 4 && own.address === source)) return { ...way, device: device.name, mtu: device.mtu };
      }
      return undefined;
    },
    isAnycast: (family, address) => routing.lookupLocal(family, address)?.kind === 'anycast',
    answerSource(family, to, destination, inDevice) {
      const own = routing.lookupLocal(family, destination);
      if (own?.kind === 'local' || own?.kind === 'anycast') return destination;
      const route = routing.lookup(family, to, isLinkLocal(family, to) ? inDevice : undefined);
      if (route === undefined || isDeadEnd(route.kind)) return undefined;
      // IPv6 speaks from the interface by which the packet came.
      return routing.sourceFor(family, family === 6 && inDevice !== undefined && route.source === undefined ? { ...route, device: inDevice } : route, to);
    },
    sourceTo(family, destination) {
      const route = routing.lookup(family, destination);
      return route && routing.sourceFor(family, route, destination);
    },
    masqueradeAddress(family, device, destination) {
      const gateway = routing.lookup(family, destination)?.gateway;
      const way: Route = { kind: 'unicast', prefix: { family, address: 0n, length: 0 }, device, metric: 0, ...(gateway === undefined ? {} : { gateway }) };
      return routing.sourceFor(family, way, destination);
    },
    redirectAddress(family, device, destination) {
      const own = addressesOf(family, device);
      if (family === 4) return own[0]?.address;
      // The kernel's list begins with the address added last; a destination of narrow scope wants one alike.
      const narrow = narrowScope(destination);
      return [...own].reverse().find(({ address }) => narrow === undefined || narrowScope(address) === narrow)?.address;
    },
    proxyAddress(family, device) {
      const own = addressesOf(family, device);
      return (family === 4 ? own[0] : own[own.length - 1])?.address;
    },
    addressType: (family, address, via) => (family === 4 ? addressType4 : addressType6)(routing, address, via),
    groupOf: (device) => routing.devices.get(device)?.group ?? 0,
    wayBack(family, address, from, prefer) {
      const route = routing.lookup(family, address, isLinkLocal(family, address) ? from : undefined);
      if (route === undefined) return undefined;
      const over = prefer && family === 6 ? routing.lookup(family, address, from) : undefined;
      const equal = over !== undefined && over.prefix.length === route.prefix.length;
      const { kind, device } = equal ? over : route;
      return { kind: kind === 'unicast' || kind === 'local' || kind === 'broadcast' ? kind : kind === 'multicast' && family === 6 ? 'unicast' : 'other', device };
    },
    bridgeOf(device) {
      const name = topology.ifaces.find((iface) => iface.name === device)?.bridge;
      return name === undefined ? undefined : { name, others: topology.ifaces.flatMap((iface) => (iface.bridge === name && iface.name !== device ? [iface.name] : [])) };
    },
    macOf: (device) => routing.devices.get(device)?.mac,
  };
}

const isLinkLocal = (family: Family, address: bigint): boolean => family === 6 && scope6(address) === 2;

/** Scopes that the IPv6 REDIRECT keeps to, as the kernel's address types tell them: `::/96` is one, the wider scopes of groups are none. */
function narrowScope(address: bigint): 'host' | 'link' | 'site' | 'mapped4' | undefined {
  if (address >> 32n === 0n && address !== 0n) return address === 1n ? 'host' : 'mapped4';
  const scope = scope6(address);
  if (scope === 1) return 'host';
  return scope === 2 ? 'link' : scope === 5 ? 'site' : undefined;
}

const isDeadEnd = (kind: RouteKind): boolean => kind === 'unreachable' || kind === 'blackhole' || kind === 'prohibit';

const lost: Arrival = { kind: 'lost' };
const deadEnds: { readonly [K in RouteKind]?: Arrival } = {
  unreachable: { kind: 'lost', answer: 'host-unreachable' },
  prohibit: { kind: 'lost', answer: 'prohibited' },
  blackhole: lost,
};

type WayOf = (family: Family, route: Route, destination: bigint) => Way;

/** Martian sources and destinations, then the tables; rp_filter is off but a source that is one of the host's own addresses is refused. */
function arrival4(routing: Routing, wayOf: WayOf, source: bigint, destination: bigint): Arrival {
  if (isMulticast(4, destination)) {
    // Only 224.0.0.1 is joined, by every interface.
    if (destination !== 0xe0000001n) return lost;
    if (isMulticast(4, source) || source === limitedBroadcast || isLoopback4(source)) return lost;
    return source !== 0n && routing.isOwn(4, source) ? lost : { kind: 'local', cast: 'multicast' };
  }
  if (isMulticast(4, source) || source === limitedBroadcast) return lost;
  const foreign = !routing.isOwn(4, source);
  if (destination === limitedBroadcast || (source === 0n && destination === 0n)) return source === 0n || foreign ? { kind: 'local', cast: 'broadcast' } : lost;
  // The rest of 0.0.0.0/8 is ordinary.
  if (source === 0n || destination === 0n || isLoopback4(destination) || isLoopback4(source)) return lost;
  const route = routing.lookup(4, destination);
  if (route === undefined) return { kind: 'lost', answer: 'no-route' };
  const end = deadEnds[route.kind];
  if (end !== undefined) return end;
  if (!foreign) return lost;
  if (route.kind === 'broadcast') return { kind: 'local', cast: 'broadcast' };
  if (route.kind === 'local') return { kind: 'local', cast: 'unicast' };
  return { kind: 'forward', way: wayOf(4, route, destination) };
}

/** Groups that every interface of a forwarding host has joined; with a link layer also the solicited-node groups of its addresses. */
const joined6: ReadonlySet<bigint> = new Set([(0xff02n << 112n) | 1n, (0xff02n << 112n) | 2n]);
const solicitedNode = ((0xff02n << 112n) | (1n << 32n) | 0xff000000n) >> 24n;

function arrival6(routing: Routing, wayOf: WayOf, device: Device, destination: bigint): Arrival {
  if (isMulticast(6, destination)) {
    const addresses = routing.devices.get(device.name)?.addresses.filter(({ family }) => family === 6) ?? [];
    const solicited = device.link && destination >> 24n === solicitedNode && addresses.some(({ address, length }) => [address, length < 127 ? network(address, length) : address].some((one) => (one ^ destination) % (1n << 24n) === 0n));
    return joined6.has(destination) || solicited ? { kind: 'local', cast: 'multicast' } : lost;
  }
  const route = routing.lookup(6, destination, isLinkLocal(6, destination) ? device.name : undefined);
  if (route === undefined) return { kind: 'lost', answer: 'no-route' };
  if (route.kind === 'local' || route.kind === 'anycast') return { kind: 'local', cast: 'unicast' };
  return deadEnds[route.kind] ?? { kind: 'forward', way: wayOf(6, route, destination) };
}

const network = (address: bigint, length: number): bigint => (address >> BigInt(128 - length)) << BigInt(128 - length);

function addressType4(routing: Routing, address: bigint, via: string | undefined): AddressType {
  if (address === 0n || address === limitedBroadcast) return 'BROADCAST';
  if (isMulticast(4, address)) return 'MULTICAST';
  const route = routing.lookupLocal(4, address);
  if (route === undefined || (via !== undefined && via !== route.device)) return 'UNICAST';
  return route.kind === 'broadcast' ? 'BROADCAST' : 'LOCAL';
}

function addressType6(routing: Routing, address: bigint, via: string | undefined): AddressType {
  if (isMulticast(6, address)) return 'MULTICAST';
  const route = routing.lookup(6, address);
  if (route === undefined) return 'UNREACHABLE';
  const there = via === undefined || via === route.device;
  if (route.kind === 'local') return there ? 'LOCAL' : 'UNICAST';
  if (route.kind === 'anycast') return 'ANYCAST';
  return route.kind === 'unicast' ? 'UNICAST' : 'UNREACHABLE';
}
