import { unreachable, type Family, type Hook, type NatRange } from '../../ir/index.js';
import { destinationOf, sourceOf } from '../bytes.js';
import type { LivePacket, TableVerdict } from '../engine.js';
import type { Manipulation, Mapping } from './choose.js';
import type { Network } from '../network.js';

export type NatJump = Extract<TableVerdict, { readonly kind: 'translate' }>['nat'];

/** What a NAT statement asks for at a hook. `drop`: the host has no address to give. */
export type Wanted = { readonly kind: 'map'; readonly mapping: Mapping } | { readonly kind: 'drop' } | { readonly kind: 'nothing' };

/** POSTROUTING and INPUT translate the source, PREROUTING and OUTPUT the destination. */
export const sideAt = (hook: Hook): Manipulation => (hook === 'POSTROUTING' || hook === 'INPUT' ? 'source' : 'destination');

/** The mapping of a translation, with the host's own addresses filled in. */
export function wantedMapping(nat: NatJump, hook: Hook, packet: LivePacket, network: Network): Wanted {
  const { family } = packet;
  switch (nat.kind) {
    case 'snat':
      return map({ ...rangeOf(nat.to), random: nat.random ?? nat.randomFully ?? false, persistent: nat.persistent ?? false });
    case 'dnat':
      return map({ ...rangeOf(nat.to), random: nat.random ?? false, persistent: nat.persistent ?? false, ...(nat.basePort === undefined ? {} : { basePort: nat.basePort }) });
    case 'masquerade': {
      if (family === 4 && sourceOf(packet.bytes, 4) === 0n) return { kind: 'nothing' };
      const address = network.masqueradeAddress(family, packet.outInterface ?? '', destinationOf(packet.bytes, family));
      return address === undefined ? { kind: 'drop' } : map({ addresses: single(address), random: nat.random ?? nat.randomFully ?? false, ...ports(nat.ports) });
    }
    case 'redirect': {
      const address = hook === 'OUTPUT' ? (family === 4 ? 0x7f000001n : 1n) : network.redirectAddress(family, packet.inInterface ?? '', destinationOf(packet.bytes, family));
      return address === undefined ? { kind: 'drop' } : map({ addresses: single(address), random: nat.random ?? false, ...ports(nat.ports) });
    }
    case 'netmap': {
      const current = sideAt(hook) === 'source' ? sourceOf(packet.bytes, family) : destinationOf(packet.bytes, family);
      return map({ addresses: single(netmapped(current, nat.to, family)) });
    }
    default:
      return unreachable(nat);
  }
}

const map = (mapping: Mapping): Wanted => ({ kind: 'map', mapping });
const single = (address: bigint): { readonly min: bigint; readonly max: bigint } => ({ min: address, max: address });
const ports = (range: Mapping['ports']): Mapping => (range === undefined ? {} : { ports: range });
const rangeOf = (range: NatRange): Mapping => ({ ...(range.addresses === undefined ? {} : { addresses: range.addresses }), ...ports(range.ports) });

const netmapped = (address: bigint, to: { readonly address: bigint; readonly mask: bigint }, family: Family): bigint => {
  const all = (1n << (family === 4 ? 32n : 128n)) - 1n;
  return (address & (all ^ to.mask)) | (to.address & to.mask);
};
