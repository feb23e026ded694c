import type { AddressType, Family } from '../ir/index.js';
import { isLoopback4, isMulticast, limitedBroadcast } from './address.js';
import type { Arrival, Network, Way } from './network.js';

/** What a packet tells of a host that nobody described. */
export interface FlatPacket {
  readonly destination: bigint;
  readonly inInterface?: string;
  readonly forwardTo?: string;
}

/**
 * The host without a topology: every destination is local, unless the packet says where it is forwarded to. Answers go back by the
 * interface the packet came in by, from the address it was meant for. It has no address of its own to masquerade with.
 */
export function flatNetwork(packet: FlatPacket): Network {
  const { forwardTo } = packet;
  const cast = (family: Family, address: bigint): Way['cast'] => (isMulticast(family, address) ? 'multicast' : family === 4 && address === limitedBroadcast ? 'broadcast' : 'unicast');
  const arrival = (family: Family, destination: bigint): Arrival =>
    forwardTo === undefined || cast(family, destination) !== 'unicast'
      ? { kind: 'local', cast: cast(family, destination) }
      : { kind: 'forward', way: { device: forwardTo, mtu: 1500, cast: 'unicast', local: false } };
  const wayTo = (family: Family, destination: bigint): Way => ({
    device: packet.inInterface ?? forwardTo ?? 'lo',
    mtu: 1500,
    cast: cast(family, destination),
    local: packet.inInterface === undefined && forwardTo === undefined,
  });
  return {
    described: false,
    arrival: (family, _device, _source, destination) => arrival(family, destination),
    wayTo,
    wayAgain: (family, _source, destination) => wayTo(family, destination),
    isAnycast: () => false,
    answerSource: (_family, _to, destination) => destination,
    sourceTo: () => undefined,
    masqueradeAddress: () => undefined,
    redirectAddress: (_family, _device, destination) => destination,
    proxyAddress: () => undefined,
    addressType(family, address): AddressType {
      if (isMulticast(family, address)) return 'MULTICAST';
      if (family === 4 && (address === 0n || address === limitedBroadcast)) return 'BROADCAST';
      if (family === 4 ? isLoopback4(address) : address === 1n) return 'LOCAL';
      return forwardTo === undefined && address === packet.destination ? 'LOCAL' : 'UNICAST';
    },
    groupOf: () => 0,
    wayBack: (family, address, from) => (family === 4 ? isLoopback4(address) : address === 1n) ? { kind: 'local', device: 'lo' } : { kind: 'unicast', device: from },
    bridgeOf: () => undefined,
    macOf: () => undefined,
  };
}
