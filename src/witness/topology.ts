import { addressBits, prefixMask, type AddressType, type Family, type Topology, type TopologyInterface } from '../ir/index.js';
import { formatAddress } from '../packet/index.js';
import type { Start } from './preferences.js';

/** What the host must be like, so that the packet goes the way it should. */
export interface HostWish {
  readonly family: Family;
  readonly start: Start;
  readonly source: bigint;
  readonly destination: bigint;
  readonly in: string;
  /** Where the packet is to leave; absent where it ends on this host. */
  readonly out?: string;
  /** What routing is to say of the destination, where somebody asks. */
  readonly destinationType?: AddressType;
  readonly sourceType?: AddressType;
  /** The destination is this host's, and is translated on the way: everything else leaves by `out`. */
  readonly translated?: true;
  /** One more address of this host. */
  readonly own?: bigint;
  /** The packet's address on this host is not that of the interface. */
  readonly elsewhere?: true;
}

const macOf = (position: number): string => `02:00:00:00:00:${(position + 1).toString(16).padStart(2, '0')}`;

/** Networks that a host may have where nothing is asked of it. */
const spare: { readonly [F in Family]: readonly (readonly [bigint, number])[] } = {
  4: [[0xc000_0201n, 24], [0xc633_6401n, 24], [0x0ad5_0001n, 24], [0xac1f_d501n, 24], [0xc0a8_d501n, 24]],
  6: [[0x2001_0db8_0213_0000_0000_0000_0000_0001n, 64], [0xfd00_0213_0000_0000_0000_0000_0000_0001n, 64], [0xfd00_0214_0000_0000_0000_0000_0000_0001n, 64], [0xfd00_0215_0000_0000_0000_0000_0000_0001n, 64]],
};

/** A host on which the packet comes in, goes out and is local as wished, with as little else as can be. */
export function topologyFor(wish: HostWish): Topology {
  const { family, start, source, destination, out, translated } = wish;
  const bits = addressBits(family);
  const names = [...new Set([...(start === 'wire' ? [wish.in] : []), ...(out === undefined ? [] : [out])])].filter((name) => name !== 'lo');
  if (names.length === 0) names.push('eth0');
  const taken: (readonly [bigint, number])[] = [];
  const covers = ([network, length]: readonly [bigint, number], address: bigint): boolean => ((network ^ address) & prefixMask(family, length)) === 0n;
  const local: string[] = [];
  const routes: string[] = [];
  const text = (address: bigint): string => formatAddress(family, address);
  const addresses = new Map<string, [bigint, number]>();
  const [here, there] = start === 'wire' ? [destination, source] : [source, destination];
  const mine = start === 'wire' ? out === undefined || translated === true : true;
  const hereType = start === 'wire' ? wish.destinationType : wish.sourceType;
  const width = family === 4 ? 24 : 64;
  const first = names[0] ?? 'eth0';
  const heardBy = (address: bigint): void => {
    // The last address of the smallest network that ends in it.
    const length = [24, 28, 30].find((one) => (address | prefixMask(4, one)) === 0xffff_ffffn);
    if (length !== undefined) addresses.set(first, [address - 1n, length]);
  };
  const fromAll = start === 'wire' && wish.sourceType === 'BROADCAST' && isUnicast(family, source);
  if (fromAll) heardBy(source);
  if (mine && hereType === 'BROADCAST' && isUnicast(family, here)) {
    if (!fromAll) heardBy(here);
  } else if (mine && isUnicast(family, here) && hereType !== 'UNICAST') {
    const host = here & ~prefixMask(family, width);
    const inside: readonly [bigint, number] = [here, width];
    const fits = host !== 0n && (family === 6 || host !== 255n) && (!covers(inside, there) || (((there & ~prefixMask(family, width)) !== 0n) && (family === 6 || (there & 255n) !== 255n)));
    if (fits && !fromAll && wish.elsewhere !== true) addresses.set(first, [here, width]);
    else local.push(text(here));
  }
  for (const name of names) {
    const known = addresses.get(name) ?? spare[family].find((one) => !covers(one, source) && !covers(one, destination) && !taken.some((other) => other[0] === one[0])) ?? spare[family][0];
    if (known === undefined) continue;
    taken.push(known);
    addresses.set(name, [known[0], known[1]]);
  }
  const ifaces = names.map((name, position): TopologyInterface => {
    const own = addresses.get(name);
    return { name, addr: own === undefined ? [] : [`${text(own[0])}/${own[1]}`], mac: macOf(position) };
  });
  if (out !== undefined && out !== 'lo' && translated !== true && wish.destinationType !== 'BROADCAST') routes.push(`${text(destination)}/${bits} dev ${out}`);
  // The way back, and to whatever else.
  routes.push(`default dev ${translated === true ? (out ?? first) : start === 'wire' ? wish.in : first}`);
  if (translated === true && isUnicast(family, source)) routes.unshift(`${text(source)}/${bits} dev ${wish.in}`);
  if (wish.own !== undefined && isUnicast(family, wish.own)) local.push(text(wish.own));
  if (start === 'loopback' && destination !== source && isUnicast(family, destination)) local.push(text(destination));
  return { ifaces, ...(local.length === 0 ? {} : { local }), ...(family === 4 ? { routes } : { routes6: routes }) };
}

const isUnicast = (family: Family, address: bigint): boolean =>
  family === 4 ? address !== 0n && address >> 24n !== 127n && address < 0xe000_0000n : address > 1n && address >> 120n !== 0xffn;
