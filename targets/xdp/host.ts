import type { Family } from '../../src/ir/index.js';
import { parsePrefix } from '../../src/packet/address.js';
import type { XdpOptions } from './options.js';

/** What is known of the host that the rules stand on. */
export interface Host {
  /** Whether its addresses are known at all, hence INPUT from FORWARD. */
  readonly known: boolean;
  /** Known with the prefixes and interfaces of every address (a topology), hence the routing type of an IPv4 address too. */
  readonly complete: boolean;
  readonly addresses: readonly HostAddress[];
  /** Every packet goes this way. */
  readonly chain?: 'INPUT' | 'FORWARD';
  /** Bytes. The smallest MTU that a way out may have; `largestMtu` the largest, where all are known. */
  readonly smallestMtu: number;
  readonly largestMtu?: number;
}

export interface HostAddress {
  readonly family: Family;
  readonly address: bigint;
  readonly kind: 'local' | 'broadcast';
  readonly interface?: string;
}

/** IPv6 asks this of every link, and no IPv4 link of today has less. */
const commonMtu = 1280;

/** The host as the options describe it; `problem` is the first address that cannot be read. */
export function hostOf(options: XdpOptions): { readonly host: Host; readonly problem?: string } {
  const written: (readonly [text: string, networked: boolean, interfaceName?: string])[] = [
    ...(options.local ?? []).map((text) => [text, false] as const),
    ...(options.topology?.local ?? []).map((text) => [text, false] as const),
    ...(options.topology?.ifaces ?? []).flatMap((iface) => iface.addr.map((text) => [text, true, iface.name] as const)),
  ];
  let problem: string | undefined;
  const addresses = written.flatMap(([text, networked, interfaceName]) => {
    const parsed = parsePrefix(text);
    if (parsed === undefined) problem ??= text;
    return parsed === undefined ? [] : owned(parsed.family, parsed.address, networked ? parsed.length : undefined, interfaceName);
  });
  const mtus = (options.topology?.ifaces ?? []).map((iface) => iface.mtu ?? 1500);
  const host: Host = {
    known: options.topology !== undefined || (options.local ?? []).length > 0,
    complete: options.topology !== undefined,
    addresses,
    ...(options.chain === undefined ? {} : { chain: options.chain }),
    smallestMtu: mtus.length === 0 ? commonMtu : Math.min(...mtus),
    ...(mtus.length === 0 ? {} : { largestMtu: Math.max(...mtus) }),
  };
  return { host, ...(problem === undefined ? {} : { problem }) };
}

/** An address and what the kernel adds for its network: IPv4 the broadcast address, IPv6 (forwarding on) the routers' anycast address. */
function owned(family: Family, address: bigint, length: number | undefined, interfaceName: string | undefined): readonly HostAddress[] {
  const on = interfaceName === undefined ? {} : { interface: interfaceName };
  const local: HostAddress = { family, address, kind: 'local', ...on };
  if (length === undefined) return [local];
  const bits = family === 4 ? 32 : 128;
  const hostMask = (1n << BigInt(bits - length)) - 1n;
  if (family === 4) return length > 30 ? [local] : [local, { family, address: address | hostMask, kind: 'broadcast', ...on }];
  return length > 126 ? [local] : [local, { family, address: address & ~hostMask, kind: 'local', ...on }];
}
