import type { Family } from '../ir/index.js';
import { parseAddress, parsePrefix } from './address.js';

/** A route of a topology: `default dev eth2`, `10.9.0.0/16 via 10.0.1.7 dev eth1`, `unreachable 10.8.0.0/16`. */
export interface Route {
  readonly family: Family;
  readonly kind: RouteKind;
  /** Host bits are zero. */
  readonly network: bigint;
  readonly length: number;
  readonly via?: bigint;
  readonly dev?: string;
}

const routeKinds = ['unicast', 'local', 'broadcast', 'unreachable', 'blackhole', 'prohibit'] as const;
export type RouteKind = (typeof routeKinds)[number];

/** Why a route cannot be read: completes "a route wants ...". */
export interface RouteFault {
  readonly wanted: string;
}

/** Reads one route of `routes` (4) or `routes6` (6): `[KIND] default|PREFIX [via ADDRESS] [dev IFACE] [src ADDRESS] [mtu N] [metric N]`. */
export function parseRoute(text: string, family: Family): Route | RouteFault {
  const words = text.trim().split(/\s+/);
  const kind = routeKinds.find((name) => name === words[0]);
  const [destination = '', ...rest] = kind === undefined ? words : words.slice(1);
  const prefix = destination === 'default' ? { family, address: 0n, length: 0 } : parsePrefix(destination);
  if (prefix === undefined || prefix.family !== family) return { wanted: `\`default\` or an IPv${family} prefix first` };
  const bits = family === 4 ? 32 : 128;
  if ((prefix.address & ((1n << BigInt(bits - prefix.length)) - 1n)) !== 0n) return { wanted: 'a prefix without host bits' };
  const options = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) {
    const [key, value] = [rest[at] ?? '', rest[at + 1]];
    if (!['via', 'dev', 'src', 'mtu', 'metric'].includes(key) || value === undefined || options.has(key)) return { wanted: '`via ADDRESS`, `dev IFACE` or both behind the prefix, each once' };
    options.set(key, value);
  }
  const addresses = { via: options.get('via'), src: options.get('src') };
  for (const [key, value] of Object.entries(addresses)) if (value !== undefined && parseAddress(value)?.family !== family) return { wanted: `an IPv${family} address behind \`${key}\`` };
  for (const key of ['mtu', 'metric']) if (!/^\d{1,9}$/.test(options.get(key) ?? '0')) return { wanted: `a number behind \`${key}\`` };
  const [via, dev] = [addresses.via === undefined ? undefined : parseAddress(addresses.via)?.address, options.get('dev')];
  if ((kind ?? 'unicast') === 'unicast' && via === undefined && dev === undefined) return { wanted: '`via ADDRESS` or `dev IFACE`' };
  return { family, kind: kind ?? 'unicast', network: prefix.address, length: prefix.length, ...(via === undefined ? {} : { via }), ...(dev === undefined ? {} : { dev }) };
}

export const isRouteFault = (route: Route | RouteFault): route is RouteFault => 'wanted' in route;
