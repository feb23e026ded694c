import { addressBits, type Family, type Topology } from '../ir/index.js';
import { isRouteFault, parseMac, parsePrefix, parseRoute } from '../packet/index.js';

/** One entry of the host's tables, as far as probes care. */
export interface ProbeRoute {
  readonly kind: 'local' | 'broadcast' | 'anycast' | 'unicast' | 'unreachable' | 'blackhole' | 'prohibit';
  readonly network: bigint;
  readonly length: number;
  /** `lo` for the host's own addresses. */
  readonly device: string;
}

export interface Device {
  readonly name: string;
  readonly addresses: readonly { readonly family: Family; readonly address: bigint; readonly length: number }[];
  readonly mac?: number;
}

/** The interfaces of a topology, `lo` first with the loopback addresses and the further local ones. */
export function devicesOf(topology: Topology): readonly Device[] {
  const addresses = (texts: readonly string[]): Device['addresses'] => texts.flatMap((text) => parsePrefix(text) ?? []);
  const loopback: Device = { name: 'lo', addresses: addresses([...(topology.local ?? []), '127.0.0.1/8', '::1/128']) };
  return [loopback, ...topology.ifaces.filter(({ name }) => name !== 'lo').map(({ name, addr, mac }): Device => {
    const address = mac === undefined ? undefined : parseMac(mac);
    return { name, addresses: addresses(addr), ...(address === undefined ? {} : { mac: address }) };
  })];
}

/** A look-up by longest prefix, the host's own addresses before all: local, broadcast and anycast entries, then networks and routes. */
export function createLookup(topology: Topology, devices: readonly Device[], family: Family): (address: bigint) => ProbeRoute | undefined {
  const bits = addressBits(family);
  const entry = (kind: ProbeRoute['kind'], network: bigint, length: number, device: string): ProbeRoute => ({ kind, network, length, device });
  const local: ProbeRoute[] = family === 4 ? [entry('local', 0x7f00_0000n, 8, 'lo')] : [];
  const main: ProbeRoute[] = [];
  for (const { name, addresses } of devices) {
    for (const own of addresses.filter((one) => one.family === family)) {
      const spare = BigInt(bits - own.length);
      const network = (own.address >> spare) << spare;
      local.push(entry('local', own.address, bits, 'lo'));
      if (name === 'lo') continue;
      if (own.length < bits) main.push(entry('unicast', network, own.length, name));
      if (family === 4 && own.length < 31) local.push(entry('broadcast', network | ((1n << spare) - 1n), bits, name));
      // A forwarding IPv6 host answers to the subnet-router anycast address.
      if (family === 6 && own.length < 127) local.push(entry('anycast', network, bits, name));
    }
  }
  for (const text of (family === 4 ? topology.routes : topology.routes6) ?? []) {
    const route = parseRoute(text, family);
    if (isRouteFault(route)) continue;
    const { via } = route;
    const device = route.dev ?? (via === undefined ? 'lo' : main.find((one) => inside(via, one, bits))?.device);
    if (device !== undefined) main.push(entry(route.kind, route.network, route.length, device));
  }
  const longestFirst = (routes: readonly ProbeRoute[]): readonly ProbeRoute[] => routes.toSorted((a, b) => b.length - a.length);
  const tables = [longestFirst(local), longestFirst(main)];
  // Searches ask for the same few addresses again and again.
  const known = new Map<bigint, ProbeRoute | undefined>();
  return (address) => {
    if (!known.has(address)) known.set(address, tables.flatMap((table) => table.find((route) => inside(address, route, bits)) ?? [])[0]);
    return known.get(address);
  };
}

const inside = (address: bigint, route: ProbeRoute, bits: number): boolean => address >> BigInt(bits - route.length) === route.network >> BigInt(bits - route.length);
