import { describe } from 'vitest';
import type { AddressType } from '../../../src/ir/index.js';
import { addressOf, buildPacket } from '../../../src/packet/index.js';
import { no, yes } from '../build.js';
import { asTheKernel, match } from './table.js';

const udp = { kind: 'udp', sourcePort: 1, destinationPort: 2 } as const;
const to = (destination: string) => buildPacket({ family: 6, source: '2001:db8::5', destination, transport: udp });
const types = new Map<bigint, AddressType>([
  [addressOf('ff02::1'), 'MULTICAST'],
  [addressOf('2001:db8::1'), 'LOCAL'],
  [addressOf('2001:db8::'), 'ANYCAST'],
  [addressOf('2001:aaaa::'), 'UNREACHABLE'],
]);
const host = { addressType: (_family: 4 | 6, address: bigint): AddressType => types.get(address) ?? 'UNICAST', pathMtu: () => 1500, groupOf: () => 0, wayBack: () => undefined };
const destination = (...list: readonly AddressType[]) => [match({ kind: 'addrtype', destinationType: yes(list) })];

describe('IPv6 to a group, to this host, through it, to the subnet router anycast address, to nowhere', () => {
  const packets = ['ff02::1', '2001:db8::1', '2001:db8:1::7', '2001:db8::', '2001:aaaa::'].map(to);
  asTheKernel({ family: 6, packets, around: { host } }, [
    { name: 'MULTICAST', matches: destination('MULTICAST'), kernel: 'M . . . .' },
    { name: 'LOCAL', matches: destination('LOCAL'), kernel: '. M . . .' },
    { name: 'LOCAL,MULTICAST', matches: destination('LOCAL', 'MULTICAST'), kernel: '. . . . .' },
    { name: 'UNICAST', matches: destination('UNICAST'), kernel: '. M M M M' },
    { name: 'UNICAST,LOCAL', matches: destination('UNICAST', 'LOCAL'), kernel: '. M . . .' },
    { name: 'UNICAST,MULTICAST', matches: destination('UNICAST', 'MULTICAST'), kernel: '. . . . .' },
    { name: 'ANYCAST', matches: destination('ANYCAST'), kernel: '. . . M .' },
    { name: 'UNREACHABLE', matches: destination('UNREACHABLE'), kernel: '. . . . M' },
    { name: 'LOCAL,ANYCAST', matches: destination('LOCAL', 'ANYCAST'), kernel: '. M . M .' },
    { name: 'UNSPEC', matches: destination('UNSPEC'), kernel: '. . . . .' },
    { name: '! LOCAL,MULTICAST', matches: [match({ kind: 'addrtype', destinationType: no(['LOCAL', 'MULTICAST']) })], kernel: 'M M M M M' },
  ]);
});

describe('IPv6 to ::ffff:1.2.3.4, ::1.2.3.4, ::, fe80::1, 3fff::1', () => {
  const packets = ['::ffff:102:304', '::102:304', '::', 'fe80::1', '3fff::1'].map(to);
  asTheKernel({ family: 6, packets }, [
    { name: 'UNICAST', matches: destination('UNICAST'), kernel: '. M . M M' },
    { name: 'UNSPEC', matches: destination('UNSPEC'), kernel: '. . M . .' },
    { name: '! UNICAST', matches: [match({ kind: 'addrtype', destinationType: no(['UNICAST']) })], kernel: 'M . M . .' },
  ]);
});
