import { addressBits, type AddressType, type Family, type Topology } from '../ir/index.js';
import { isRouteFault, parseRoute } from '../packet/index.js';
import { createLookup, devicesOf } from './routes.js';

/** What probes ask of the host that a topology describes. */
export interface ProbeHost {
  readonly interfaces: readonly string[];
  /** Of the interface, when it has one. */
  macOf(device: string): number | undefined;
  /** The host's own addresses, loopback last. */
  readonly own: { readonly [F in Family]: readonly bigint[] };
  /** Addresses of other hosts that are reached through an interface. */
  behind(family: Family, device: string): readonly bigint[];
  /** Where a packet to the address leaves; `lo` for the host's own, undefined without a route. */
  outOf(family: Family, address: bigint): string | undefined;
  typeOf(family: Family, address: bigint): AddressType;
  /** Broadcast addresses of the networks, IPv4. */
  readonly broadcasts: readonly bigint[];
}

export const farSide: { readonly [F in Family]: readonly bigint[] } = {
  4: [0xc633_644dn, 0xcb00_714dn],
  6: [0x2001_0db8_ffff_0000_0000_0000_0000_004dn, 0x2600_0000_0000_0000_0000_0000_0000_004dn],
};

export function createHost(topology: Topology): ProbeHost {
  const devices = devicesOf(topology);
  const lookups = { 4: createLookup(topology, devices, 4), 6: createLookup(topology, devices, 6) };
  const own = (family: Family): readonly bigint[] => {
    const of = (loopback: boolean) => devices.filter((device) => (device.name === 'lo') === loopback).flatMap((device) => device.addresses).filter((prefix) => prefix.family === family).map((prefix) => prefix.address);
    return [...of(false), ...of(true)];
  };
  const outOf = (family: Family, address: bigint): string | undefined => lookups[family](address)?.device;
  const hostsBehind = (family: Family, name: string): readonly bigint[] => {
    const near = (devices.find((device) => device.name === name)?.addresses ?? []).filter((prefix) => prefix.family === family && prefix.length < addressBits(family) - 1)
      .flatMap((prefix) => [2n, 77n].map((host) => (prefix.address & ~((1n << BigInt(addressBits(family) - prefix.length)) - 1n)) + host));
    const routed = ((family === 4 ? topology.routes : topology.routes6) ?? []).flatMap((text) => {
      const route = parseRoute(text, family);
      return isRouteFault(route) || route.length === 0 ? [] : [route.network + (addressBits(family) - route.length > 7 ? 77n : 0n)];
    });
    return [...new Set([...near, ...routed, ...farSide[family]])].filter((address) => lookups[family](address)?.kind === 'unicast' && outOf(family, address) === name);
  };
  const known = { 4: new Map<string, readonly bigint[]>(), 6: new Map<string, readonly bigint[]>() };
  const behind = (family: Family, name: string): readonly bigint[] => {
    const before = known[family].get(name);
    const hosts = before ?? hostsBehind(family, name);
    if (before === undefined) known[family].set(name, hosts);
    return hosts;
  };
  return {
    interfaces: devices.map((device) => device.name).filter((name) => name !== 'lo'),
    macOf: (name) => devices.find((device) => device.name === name)?.mac,
    own: { 4: own(4), 6: own(6) },
    behind,
    outOf,
    typeOf: (family, address) => typeOf(lookups[family](address)?.kind, family, address),
    broadcasts: devices.flatMap((device) => device.addresses).filter((prefix) => prefix.family === 4 && prefix.length < 31 && prefix.length > 8).map((prefix) => prefix.address | ((1n << BigInt(32 - prefix.length)) - 1n)),
  };
}

function typeOf(kind: string | undefined, family: Family, address: bigint): AddressType {
  if (family === 4 ? address >> 28n === 0xen : address >> 120n === 0xffn) return 'MULTICAST';
  if (family === 4 && (address === 0n || address === 0xffff_ffffn)) return 'BROADCAST';
  const types: Readonly<Record<string, AddressType>> = { local: 'LOCAL', broadcast: 'BROADCAST', anycast: 'ANYCAST', blackhole: 'BLACKHOLE', prohibit: 'PROHIBIT', unicast: 'UNICAST' };
  return types[kind ?? ''] ?? 'UNREACHABLE';
}
