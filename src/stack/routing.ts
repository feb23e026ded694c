import { addressBits, prefixMask, type Family, type Topology } from '../ir/index.js';
import { commonBits, inPrefix, isLoopback4, readPrefix, type Prefix } from './address.js';

export type RouteKind = 'local' | 'broadcast' | 'anycast' | 'multicast' | 'unicast' | 'unreachable' | 'blackhole' | 'prohibit';

/** One entry of the tables, and what a look-up answers. */
export interface Route {
  readonly kind: RouteKind;
  readonly prefix: Prefix;
  readonly device: string;
  readonly gateway?: bigint;
  /** `src` of the route. */
  readonly source?: bigint;
  readonly mtu?: number;
  readonly metric: number;
}

export interface Device {
  readonly name: string;
  /** In the order given. */
  readonly addresses: readonly Prefix[];
  readonly mac?: number;
  readonly mtu: number;
  readonly group: number;
}

/** The host's interfaces, addresses and routes. */
export interface Routing {
  readonly devices: ReadonlyMap<string, Device>;
  /** Longest prefix of the local table, then of the main table; with a device only routes over it. */
  lookup(family: Family, destination: bigint, device?: string): Route | undefined;
  /** The local table alone. */
  lookupLocal(family: Family, destination: bigint): Route | undefined;
  /** One of the host's own addresses, exactly. */
  isOwn(family: Family, address: bigint): boolean;
  /** The address this host speaks from along a route; undefined when it has none. */
  sourceFor(family: Family, route: Route, destination: bigint): bigint | undefined;
  mtuOf(route: Route): number;
}

const loopbackAddresses: readonly string[] = ['127.0.0.1/8', '::1/128'];

/** Builds the tables as `ip addr add` and `ip route add` fill them. Routes that do not read are left out: the topology's reader refuses them. */
export function createRouting(topology: Topology): Routing {
  const devices = new Map<string, Device>();
  const prefixes = (texts: readonly string[]): Prefix[] => texts.flatMap((text) => readPrefix(text) ?? []);
  devices.set('lo', { name: 'lo', addresses: prefixes([...loopbackAddresses, ...(topology.local ?? [])]), mtu: 65536, group: 0 });
  for (const { name, addr, mac, mtu, group } of topology.ifaces) {
    if (name === 'lo') continue;
    devices.set(name, { name, addresses: prefixes(addr), mtu: mtu ?? 1500, group: group ?? 0, ...(mac === undefined ? {} : { mac: Number.parseInt(mac.replaceAll(':', ''), 16) }) });
  }
  const local: Route[] = [];
  const main: Route[] = [];
  for (const device of devices.values()) for (const address of device.addresses) addAddress(device, address, local, main);
  // Every interface has a route to all groups; the first is taken.
  for (const { name } of devices.values()) if (name !== 'lo') local.push({ kind: 'multicast', prefix: { family: 6, address: 0xffn << 120n, length: 8 }, device: name, metric: 256 });
  for (const [family, texts] of [[4, topology.routes ?? []], [6, topology.routes6 ?? []]] as const) {
    for (const text of texts) {
      const route = readRoute(family, text, [...devices.values()]);
      if (route !== undefined) main.push(route);
    }
  }
  const tables = { local: ordered(local), main: ordered(main) };
  const search = (table: Table, family: Family, address: bigint, device?: string): Route | undefined =>
    table[family].find(({ route, network, mask }) => (address & mask) === network && (device === undefined || route.device === device))?.route;
  const own = { 4: new Set<bigint>(), 6: new Set<bigint>() };
  for (const device of devices.values()) for (const { family, address } of device.addresses) own[family].add(address);

  const routing: Routing = {
    devices,
    lookup: (family, destination, device) => search(tables.local, family, destination, device) ?? search(tables.main, family, destination, device),
    lookupLocal: (family, destination) => search(tables.local, family, destination),
    isOwn: (family, address) => own[family].has(address),
    sourceFor: (family, route, destination) => route.source ?? (family === 4 ? source4 : source6)(devices, route, destination),
    mtuOf: (route) => route.mtu ?? devices.get(route.device)?.mtu ?? 1500,
  };
  return routing;
}

/** Longest prefix first, then lowest metric, then first come. */
function ordered(routes: readonly Route[]): Table {
  const sorted = routes
    .map((route, index) => ({ route, index }))
    .sort((a, b) => b.route.prefix.length - a.route.prefix.length || a.route.metric - b.route.metric || a.index - b.index)
    .map(({ route }): Entry => {
      const mask = prefixMask(route.prefix.family, route.prefix.length);
      return { route, mask, network: route.prefix.address & mask };
    });
  const of = (family: Family): readonly Entry[] => sorted.filter(({ route }) => route.prefix.family === family);
  return { 4: of(4), 6: of(6) };
}

interface Entry {
  readonly route: Route;
  readonly network: bigint;
  readonly mask: bigint;
}

type Table = { readonly [F in Family]: readonly Entry[] };

function addAddress(device: Device, prefix: Prefix, local: Route[], main: Route[]): void {
  const { family, address, length } = prefix;
  const bits = addressBits(family);
  const network = address & prefixMask(family, length);
  const last = network | (prefixMask(family, bits) ^ prefixMask(family, length));
  const route = (kind: RouteKind, to: bigint, long: number): Route => ({ kind, prefix: { family, address: to, length: long }, device: device.name, metric: 0, ...(family === 4 ? { source: address } : {}) });
  local.push(route('local', address, bits));
  if (device.name === 'lo') {
    if (family === 4 && length < 32) local.push(route('local', network, length));
    if (family === 4 && length < 31) local.push(route('broadcast', last, 32));
    return;
  }
  if (length < bits) main.push(route('unicast', network, length));
  if (family === 4 && length < 31) local.push(route('broadcast', last, 32));
  // A forwarding IPv6 host answers to the subnet-router anycast address.
  if (family === 6 && length < 127) local.push(route('anycast', network, 128));
}

const kinds: Readonly<Record<string, RouteKind>> = { unicast: 'unicast', local: 'local', broadcast: 'broadcast', unreachable: 'unreachable', blackhole: 'blackhole', prohibit: 'prohibit' };

/** `default dev eth2`, `10.9.0.0/16 via 10.0.1.7 dev eth1 src 10.0.1.1 mtu 1400 metric 5`, `unreachable 10.8.0.0/16`. */
export function readRoute(family: Family, text: string, devices: readonly Device[]): Route | undefined {
  const words = text.trim().split(/\s+/);
  const kind = kinds[words[0] ?? ''];
  if (kind !== undefined) words.shift();
  const to = words.shift() ?? '';
  const prefix = to === 'default' ? { family, address: 0n, length: 0 } : readPrefix(to);
  if (prefix === undefined || prefix.family !== family) return undefined;
  const value = (name: string): string | undefined => {
    const at = words.indexOf(name);
    return at < 0 ? undefined : words[at + 1];
  };
  const address = (name: string): bigint | undefined => readPrefix(value(name) ?? '')?.address;
  const number = (name: string): number | undefined => (/^\d+$/.test(value(name) ?? '') ? Number(value(name)) : undefined);
  const gateway = address('via');
  const device = value('dev') ?? devices.find((one) => gateway !== undefined && one.addresses.some((own) => own.family === family && inPrefix(gateway, own)))?.name;
  if (device === undefined && (kind ?? 'unicast') === 'unicast') return undefined;
  const [source, mtu, metric] = [address('src'), number('mtu'), number('metric')];
  return {
    kind: kind ?? 'unicast',
    prefix,
    device: device ?? 'lo',
    metric: metric ?? (family === 4 ? 0 : 1024),
    ...(gateway === undefined ? {} : { gateway }),
    ...(source === undefined ? {} : { source }),
    ...(mtu === undefined ? {} : { mtu }),
  };
}

/** The device's address in the next hop's network, else its first, else any of the host. 127/8 is for the host alone. */
function source4(devices: ReadonlyMap<string, Device>, route: Route, destination: bigint): bigint | undefined {
  const own = (device: Device | undefined): readonly Prefix[] => device?.addresses.filter(({ family, address }) => family === 4 && !isLoopback4(address)) ?? [];
  if (route.kind === 'local') return destination;
  const next = route.gateway ?? destination;
  const mine = own(devices.get(route.device));
  const near = mine.find((prefix) => inPrefix(next, prefix)) ?? mine[0];
  if (near !== undefined) return near.address;
  for (const device of devices.values()) for (const { address } of own(device)) return address;
  return undefined;
}

/** RFC 6724 as far as scopes, interface and longest prefix go; of equals the address added last. */
function source6(devices: ReadonlyMap<string, Device>, route: Route, destination: bigint): bigint | undefined {
  if (route.kind === 'local' || route.kind === 'anycast') {
    for (const device of devices.values()) if (device.addresses.some(({ family, address }) => family === 6 && address === destination)) return destination;
  }
  let best: { readonly address: bigint; readonly rank: readonly number[] } | undefined;
  const wanted = scope6(destination);
  const near = wanted <= 2 || destination >> 120n === 0xffn;
  for (const device of devices.values()) {
    // Groups and what is on the link are spoken to from an address of that link only.
    if (near && device.name !== route.device) continue;
    for (const { family, address } of [...device.addresses].reverse()) {
      if (family !== 6) continue;
      const scoped = scope6(address);
      // Rule 2: the smallest scope that reaches the destination.
      const rank = [address === destination ? 1 : 0, scoped >= wanted ? 100 - scoped : scoped - 100, device.name === route.device ? 1 : 0, commonBits(6, address, destination)];
      if (best === undefined || later(rank, best.rank)) best = { address, rank };
    }
  }
  return best?.address;
}

const later = (left: readonly number[], right: readonly number[]): boolean => {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
};

/** 0 nobody's, 2 link (and this host), 5 site, 14 global; of groups what they say. */
export function scope6(address: bigint): number {
  if (address >> 120n === 0xffn) return Number((address >> 112n) & 15n);
  if (address < 2n) return Number(address) * 2;
  if (address >> 118n === 0x3fan) return 2;
  return address >> 118n === 0x3fbn ? 5 : 14;
}
