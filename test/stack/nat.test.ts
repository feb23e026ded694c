import { describe, expect, it } from 'vitest';
import type { PacketInput } from '../../src/ir/index.js';
import { buildPacket, formatAddress, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';
import { destinationOf, read16, sourceOf } from '../../src/stack/index.js';
import { hex, judge, packet } from '../interpreter/judging.js';

const udp = (sourcePort = 1000, destinationPort = 53): TransportSpec => ({ kind: 'udp', sourcePort, destinationPort });
const nat = (...rules: readonly string[]): string => `*nat\n${rules.map((rule) => `-A ${rule}`).join('\n')}\nCOMMIT\n`;

/** `output out eth1 10.0.1.50:1000>10.0.1.7:53` */
function ends(rules: string, input: PacketInput): string {
  const { verdict, stage, out, bytes } = judge(rules, input);
  if (bytes === undefined) return `${verdict} ${stage}`;
  const family = (bytes[0] ?? 0) >> 4 === 4 ? 4 : 6;
  const at = family === 4 ? 20 : 40;
  return `${verdict}${out === undefined ? '' : ` ${out}`} ${formatAddress(family, sourceOf(bytes, family))} ${read16(bytes, at)} > ${formatAddress(family, destinationOf(bytes, family))} ${read16(bytes, at + 2)}`;
}
const from = (source: string, transport: TransportSpec = udp(), spec: Partial<PacketSpec> = {}): PacketInput => packet(transport, { source, ...spec });

describe('translation of a first packet (section 6 and its evidence)', () => {
  it.each([
    ['POSTROUTING -j SNAT --to-source 10.0.1.50', from('10.0.0.5'), 'forward eth1 10.0.1.50 1000 > 10.0.1.7 53'],
    ['POSTROUTING -p udp -j SNAT --to-source 10.0.1.50:4000', from('10.0.0.5'), 'forward eth1 10.0.1.50 4000 > 10.0.1.7 53'],
    ['POSTROUTING -p udp -j SNAT --to-source 10.0.1.50:5000-5003', from('10.0.0.5', udp(5001)), 'forward eth1 10.0.1.50 5001 > 10.0.1.7 53'],
    ['POSTROUTING -p udp -j SNAT --to-source 10.0.1.50:5000-5003', from('10.0.0.5', udp(9)), 'forward eth1 10.0.1.50 5000 > 10.0.1.7 53'],
    ['PREROUTING -p udp -j DNAT --to-destination 10.0.1.99:5353', from('10.0.0.5'), 'forward eth1 10.0.0.5 1000 > 10.0.1.99 5353'],
    ['PREROUTING -p udp -j DNAT --to-destination 10.0.1.20:6000-6003', from('10.0.0.5', udp(1000, 54)), 'forward eth1 10.0.0.5 1000 > 10.0.1.20 6000'],
    ['PREROUTING -p udp -j DNAT --to-destination 10.0.1.20:6000-6003', from('10.0.0.5', udp(1000, 6001)), 'forward eth1 10.0.0.5 1000 > 10.0.1.20 6001'],
    ['PREROUTING -p udp -j DNAT --to-destination 10.0.1.20:6000-6009/7000', from('10.0.0.5', udp(1003, 7002)), 'forward eth1 10.0.0.5 1003 > 10.0.1.20 6002'],
    ['PREROUTING -j DNAT --to-destination 10.0.0.1', from('10.0.0.5'), 'input 10.0.0.5 1000 > 10.0.0.1 53'],
    ['PREROUTING -p udp -j REDIRECT --to-ports 5353', from('10.0.0.5'), 'input 10.0.0.5 1000 > 10.0.0.1 5353'],
    ['PREROUTING -j REDIRECT', from('10.0.0.5', udp(1000, 54)), 'input 10.0.0.5 1000 > 10.0.0.1 54'],
    ['PREROUTING -p udp -j REDIRECT --to-ports 8000-8005', from('10.0.0.5', udp(1000, 8002)), 'input 10.0.0.5 1000 > 10.0.0.1 8002'],
    ['POSTROUTING -j MASQUERADE', from('10.0.0.5', udp(), { destination: '8.8.8.8' }), 'forward eth2 10.0.2.1 1000 > 8.8.8.8 53'],
    ['POSTROUTING -p udp -j MASQUERADE --to-ports 2000', from('10.0.0.5'), 'forward eth1 10.0.1.1 2000 > 10.0.1.7 53'],
    ['PREROUTING -j NETMAP --to 10.0.1.0/24', from('10.0.0.5', udp(), { destination: '172.16.5.7' }), 'forward eth1 10.0.0.5 1000 > 10.0.1.7 53'],
    ['PREROUTING -j NETMAP --to 10.0.1.0/25', from('10.0.0.5', udp(), { destination: '172.17.3.200' }), 'forward eth1 10.0.0.5 1000 > 10.0.1.72 53'],
    ['INPUT -j SNAT --to-source 10.0.0.99', from('10.0.0.5', udp(), { destination: '10.0.0.1' }), 'input 10.0.0.99 1000 > 10.0.0.1 53'],
    ['PREROUTING -j DNAT --to-destination 10.0.1.99', from('10.0.0.5', { kind: 'udp', sourcePort: 1, destinationPort: 2, checksum: 'wrong' }), 'forward eth1 10.0.0.5 1 > 10.0.1.7 2'],
    ['PREROUTING -p icmp -j REDIRECT --to-ports 7', from('10.0.0.5', { kind: 'icmp', type: 8, code: 0 }), 'input 10.0.0.5 2048 > 10.0.0.1 63479'],
  ])('%s', (rule, input, expected) => expect(ends(nat(rule), input)).toBe(expected));

  // Addresses are spread by a hash without a secret, so the kernel's choices can be told: these are its own.
  it.each([['10.0.0.5', 52], ['10.0.0.6', 51], ['10.0.0.7', 53], ['10.0.0.8', 53], ['10.0.0.9', 52]])('SNAT from a range gives %s 10.0.1.%i', (source, last) =>
    expect(ends(nat('POSTROUTING -j SNAT --to-source 10.0.1.50-10.0.1.53'), from(source))).toBe(`forward eth1 10.0.1.${last} 1000 > 10.0.1.7 53`));
  it.each([['10.0.0.5', 22], ['10.0.0.6', 21]])('DNAT from a range gives %s 10.0.1.%i', (source, last) =>
    expect(ends(nat('PREROUTING -j DNAT --to-destination 10.0.1.20-10.0.1.23'), from(source))).toBe(`forward eth1 ${source} 1000 > 10.0.1.${last} 53`));
  it('takes an IPv6 range word by word', () => {
    // Seen on the kernel.
    const input = packet({ kind: 'tcp', sourcePort: 848, destinationPort: 65470, flags: 2 }, { family: 6, source: '2001:db8:0:1::8000:1', destination: '2001:db8:1:1::c8' });
    expect(ends(nat('PREROUTING -j DNAT --to-destination 2001:db8:1:1::20-2001:db8:1:1:5::90'), input)).toBe('forward eth2 2001:db8:0:1::8000:1 848 > 2001:db8:1:1:4:4b15:ce9b:dac9 65470');
  });

  it('keeps a source that lies in the range', () => expect(ends(nat('POSTROUTING -j SNAT --to-source 10.0.0.4-10.0.0.9'), from('10.0.0.5'))).toBe('forward eth1 10.0.0.5 1000 > 10.0.1.7 53'));

  it('ends a nat chain at its first translation or ACCEPT, and goes on over MARK', () => {
    const rules = nat('PREROUTING -j MARK --set-mark 3', 'PREROUTING -p udp -m udp --dport 1 -j ACCEPT', 'PREROUTING -j DNAT --to-destination 10.0.1.20', 'PREROUTING -j DNAT --to-destination 10.0.1.21');
    expect([judge(rules, from('10.0.0.5', udp(1000, 1))).mark, ends(rules, from('10.0.0.5', udp(1000, 1))), ends(rules, from('10.0.0.5', udp(1000, 2)))]).toEqual([3, 'forward eth1 10.0.0.5 1000 > 10.0.1.7 1', 'forward eth1 10.0.0.5 1000 > 10.0.1.20 2']);
  });

  it('never shows INVALID and UNTRACKED packets to nat', () => {
    const rules = `*raw\n-A PREROUTING -p udp -j NOTRACK\nCOMMIT\n${nat('PREROUTING -j DNAT --to-destination 10.0.1.99')}`;
    expect(ends(rules, from('10.0.0.5'))).toBe('forward eth1 10.0.0.5 1000 > 10.0.1.7 53');
    expect(ends(rules, from('10.0.0.5', { kind: 'tcp', sourcePort: 1, destinationPort: 2, flags: 4 }))).toBe('forward eth1 10.0.0.5 1 > 10.0.1.7 2');
  });

  it('shows filter the new destination and the old source, and the status of a translation that is done', () => {
    const rules = `${nat('PREROUTING -j DNAT --to-destination 10.0.1.99', 'POSTROUTING -j SNAT --to-source 10.0.1.50')}*filter\n-A FORWARD -s 10.0.0.5 -d 10.0.1.99 -j MARK --or-mark 1\n-A FORWARD -m conntrack --ctstate DNAT --ctorigdst 10.0.1.7 --ctreplsrc 10.0.1.99 -j MARK --or-mark 2\n-A FORWARD -m conntrack --ctstate SNAT -j MARK --or-mark 4\nCOMMIT\n`;
    expect(judge(rules, from('10.0.0.5'))).toMatchObject({ verdict: 'forward', mark: 3 });
  });

  it('routes a local packet anew when OUTPUT translates it; later OUTPUT tables still see the first interface', () => {
    const local = packet(udp(), { source: '10.0.0.1', destination: '8.8.8.8' }, { origin: 'local' });
    const rules = `${nat('OUTPUT -j DNAT --to-destination 10.0.1.9')}*filter\n-A OUTPUT -o eth2 -j MARK --or-mark 1\n-A OUTPUT -o eth1 -j MARK --or-mark 2\nCOMMIT\n*mangle\n-A POSTROUTING -o eth1 -j MARK --or-mark 4\nCOMMIT\n`;
    expect(judge(rules, local)).toMatchObject({ verdict: 'output', out: 'eth1', mark: 5 });
    expect(ends(nat('OUTPUT -p udp -j REDIRECT --to-ports 5353'), local)).toBe('output lo 10.0.0.1 1000 > 127.0.0.1 5353');
    expect(judge(nat('OUTPUT -p udp -j REDIRECT --to-ports 5353'), local, { loopback: true })).toMatchObject({ verdict: 'input', out: 'lo' });
  });

  it('drops NEW packets at a nat policy of DROP, and where an interface has no address to give', () => {
    expect(ends('*nat\n:PREROUTING DROP\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n', from('10.0.0.5'))).toBe('drop PREROUTING');
    const bare = { ifaces: [{ name: 'eth0', addr: [] }, { name: 'eth1', addr: [] }], routes: ['default dev eth1'] };
    expect(judge(nat('POSTROUTING -j MASQUERADE'), from('10.0.0.5'), { topology: bare })).toMatchObject({ verdict: 'drop', stage: 'POSTROUTING' });
  });

  const six = (transport: TransportSpec): PacketInput => packet(transport, { family: 6 });
  it.each([
    ['PREROUTING -p udp -j DNAT --to-destination [2001:db8:1::99]:5353', 'forward eth1 2001:db8::5 1000 > 2001:db8:1::99 5353'],
    ['POSTROUTING -j SNAT --to-source 2001:db8:1::50', 'forward eth1 2001:db8:1::50 1000 > 2001:db8:1::7 53'],
    ['POSTROUTING -j MASQUERADE', 'forward eth1 2001:db8:1::1 1000 > 2001:db8:1::7 53'],
    ['PREROUTING -p udp -j REDIRECT --to-ports 99', 'input 2001:db8::5 1000 > 2001:db8::1 99'],
  ])('IPv6 %s', (rule, expected) => expect(ends(nat(rule), six(udp()))).toBe(expected));

  it('leaves all checksums right', () => {
    for (const family of [4, 6] as const) {
      const sctp: TransportSpec = { kind: 'sctp', sourcePort: 1, destinationPort: 2, chunks: [{ type: 1, value: new Uint8Array(16) }] };
      const transports: readonly TransportSpec[] = [udp(), { kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags: 2 }, { kind: 'icmp', type: family === 4 ? 8 : 128, code: 0 }, sctp];
      const [source, destination] = family === 4 ? ['10.0.1.50', '10.0.1.7'] : ['2001:db8:1::50', '2001:db8:1::7'];
      for (const transport of transports) {
        const { bytes } = judge(nat(`POSTROUTING -j SNAT --to-source ${source}`), packet(transport, { family }));
        expect(hex(bytes)).toBe(hex(buildPacket({ family, source, destination, transport, ttl: 63 })));
      }
    }
  });
  it('leaves a UDP checksum of 0 at 0', () => {
    expect(judge(nat('PREROUTING -j DNAT --to-destination 10.0.1.99'), from('10.0.0.5', { kind: 'udp', sourcePort: 1, destinationPort: 2, checksum: 0 })).bytes?.slice(26, 28)).toEqual(Uint8Array.of(0, 0));
  });
});
