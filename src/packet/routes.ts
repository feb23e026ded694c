import type { Family } from '../ir/index.js';
import { parseAddress, parsePrefix } from './address.js';

/** A route of a topology: `default dev eth2`, `10.9.0.0/16 via 10.0.1.7 dev eth1`. */
export interface Route {
  readonly family: Family;
  /** Host bits are zero. */
  readonly network: bigint;
  readonly length: number;
  readonly via?: bigint;
  readonly dev?: string;
}

/** Why a route cannot be read: completes "a route wants ...". */
export interface RouteFault {
  readonly wanted: string;
}

/** Reads one route of `routes` (4) or `routes6` (6). */
export function parseRoute(text: string, family: Family): Route | RouteFault {
  const words = text.trim().split(/\s+/);
  const [destination = '', ...rest] = words;
  const prefix = destination === 'default' ? { family, address: 0n, length: 0 } : parsePrefix(destination);
  if (prefix === undefined || prefix.family !== family) return { wanted: `\`default\` or an IPv${family} prefix first` };
  const bits = family === 4 ? 32 : 128;
  if ((prefix.address & ((1n << BigInt(bits - prefix.length)) - 1n)) !== 0n) return { wanted: 'a prefix without host bits' };
  let via: bigint | undefined;
  let dev: string | undefined;
  for (let at = 0; at < rest.length; at += 2) {
    const [key, value] = [rest[at], rest[at + 1]];
    if (key === 'via' && value !== undefined && via === undefined) {
      const gateway = parseAddress(value);
      if (gateway === undefined || gateway.family !== family) return { wanted: `an IPv${family} address behind \`via\`` };
      via = gateway.address;
    } else if (key === 'dev' && value !== undefined && dev === undefined) dev = value;
    else return { wanted: '`via ADDRESS`, `dev IFACE` or both behind the prefix, each once' };
  }
  if (via === undefined && dev === undefined) return { wanted: '`via ADDRESS` or `dev IFACE`' };
  return { family, network: prefix.address, length: prefix.length, ...(via === undefined ? {} : { via }), ...(dev === undefined ? {} : { dev }) };
}

export const isRouteFault = (route: Route | RouteFault): route is RouteFault => 'wanted' in route;
