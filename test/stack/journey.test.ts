import { describe, expect, it } from 'vitest';
import { buildPacket, fragmentsOf, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';
import { interpret, judge, packet } from '../interpreter/judging.js';

const udp: TransportSpec = { kind: 'udp', sourcePort: 1, destinationPort: 2 };
const fate = (spec: Partial<PacketSpec>, rules = '-A FORWARD'): string => {
  const { verdict, stage, out, replies } = judge(rules, packet(spec.transport ?? udp, spec));
  const reply = replies[0];
  const at = spec.family === 6 ? 40 : 20;
  return [verdict, stage ?? out, ...(reply === undefined ? [] : [`${reply[at]}/${reply[at + 1]}`])].filter(Boolean).join(' ');
};

describe('before, around and behind the hooks (section 1)', () => {
  it.each<[string, Partial<PacketSpec>, string]>([
    ['forwarded', {}, 'forward eth1'],
    ['to the host', { destination: '10.0.1.1' }, 'input'],
    ['by the default route', { destination: '8.8.8.8' }, 'forward eth2'],
    ['bad header checksum', { headerChecksum: 'wrong' }, 'unseen'],
    ['length beyond the packet', { lengthField: 60 }, 'unseen'],
    ['TTL 1', { ttl: 1 }, 'lost PREROUTING 11/0'],
    ['TTL 0', { ttl: 0 }, 'lost PREROUTING 11/0'],
    ['TTL 1 to the host', { ttl: 1, destination: '10.0.0.1' }, 'input'],
    ['source 127/8', { source: '127.0.0.1' }, 'lost PREROUTING'],
    ['source a group', { source: '224.0.0.1' }, 'lost PREROUTING'],
    ['source 0.0.0.0', { source: '0.0.0.0' }, 'lost PREROUTING'],
    ['source the host’s own', { source: '10.0.1.1' }, 'lost PREROUTING'],
    ['destination 0.0.0.0', { destination: '0.0.0.0' }, 'lost PREROUTING'],
    ['destination 0.0.0.5, which is ordinary', { destination: '0.0.0.5' }, 'forward eth2'],
    ['a group the host is in', { destination: '224.0.0.1' }, 'input'],
    ['a group it is not in', { destination: '239.1.1.1' }, 'lost PREROUTING'],
    ['broadcast of a network', { destination: '10.0.2.255' }, 'input'],
    ['its first address', { destination: '10.0.2.0' }, 'forward eth2'],
    ['DHCP', { source: '0.0.0.0', destination: '255.255.255.255' }, 'input'],
    ['too big with DF', { dontFragment: true, transport: { kind: 'udp', sourcePort: 1, destinationPort: 2, data: new Uint8Array(1592) } }, 'lost PREROUTING 3/4'],
    ['too big without', { transport: { kind: 'udp', sourcePort: 1, destinationPort: 2, data: new Uint8Array(1592) } }, 'forward eth1'],
    ['an option cut off', { options: Uint8Array.of(7, 9, 4) }, 'lost PREROUTING 12/0'],
    ['a source route', { options: Uint8Array.of(131, 7, 4, 10, 0, 0, 9) }, 'lost PREROUTING'],
    ['router alert', { options: Uint8Array.of(148, 4, 0, 0) }, 'forward eth1'],
    ['IPv6', { family: 6 }, 'forward eth1'],
    ['IPv6 source a group', { family: 6, source: 'ff02::1' }, 'unseen'],
    ['IPv6 source ::', { family: 6, source: '::' }, 'lost PREROUTING'],
    ['IPv6 loop-back', { family: 6, destination: '::1' }, 'unseen'],
    ['IPv6 hop limit 1', { family: 6, ttl: 1 }, 'lost PREROUTING 3/0'],
    ['IPv6 all routers', { family: 6, destination: 'ff02::2' }, 'input'],
    ['IPv6 another group', { family: 6, destination: 'ff02::9' }, 'lost PREROUTING'],
    ['IPv6 subnet router', { family: 6, destination: '2001:db8:1::' }, 'input'],
    ['IPv6 link-local source to be forwarded', { family: 6, source: 'fe80::1' }, 'lost PREROUTING'],
    ['IPv6 too big', { family: 6, transport: { kind: 'udp', sourcePort: 1, destinationPort: 2, data: new Uint8Array(1500) } }, 'lost PREROUTING 2/0'],
    ['IPv6 bad hop-by-hop padding', { family: 6, extensions: [{ kind: 'hop-by-hop', options: Uint8Array.of(1, 4, 0, 0, 0, 1) }] }, 'unseen'],
    ['IPv6 unknown hop-by-hop option, to be answered', { family: 6, extensions: [{ kind: 'hop-by-hop', options: Uint8Array.of(0x8b, 4, 0, 0, 0, 0) }] }, 'unseen 4/2'],
  ])('%s', (_, spec, expected) => expect(fate(spec)).toBe(expected));

  it('trims what is behind the total length', () => {
    const bytes = buildPacket({ family: 4, source: '10.0.0.5', destination: '10.0.1.7', transport: udp });
    const { bytes: left } = judge('-A FORWARD', { id: 'p', origin: 'wire', inInterface: 'eth0', bytes: Uint8Array.from([...bytes, 1, 2, 3]) });
    expect(left?.length).toBe(28);
  });
  it('has the TTL decremented in FORWARD already', () => {
    expect(judge('*mangle\n-A PREROUTING -m ttl --ttl-eq 64 -j MARK --or-mark 1\n-A FORWARD -m ttl --ttl-eq 63 -j MARK --or-mark 2\nCOMMIT\n', packet(udp)).mark).toBe(3);
  });
  it('loses a packet whose TTL PREROUTING sets to 1, and lets FORWARD set it', () => {
    expect(fate({}, '*mangle\n-A PREROUTING -j TTL --ttl-set 1\nCOMMIT\n')).toBe('lost PREROUTING 11/0');
    expect(judge('*mangle\n-A FORWARD -j TTL --ttl-set 0\nCOMMIT\n', packet(udp))).toMatchObject({ verdict: 'forward' });
  });
  it('puts IPv4 together before INPUT, even without tracking, but IPv6 behind it', () => {
    const pieces = (family: 4 | 6): Uint8Array => fragmentsOf(buildPacket({ family, source: family === 4 ? '10.0.0.5' : '2001:db8::5', destination: family === 4 ? '10.0.0.1' : '2001:db8::1', transport: { kind: 'udp', sourcePort: 1, destinationPort: 2, data: new Uint8Array(24) } }), [16])[0] ?? new Uint8Array();
    const one = (bytes: Uint8Array) => judge('-A INPUT -j DROP', { id: 'p', origin: 'wire', inInterface: 'eth0', bytes }).verdict;
    expect([one(pieces(4)), one(pieces(6))]).toEqual(['held', 'drop']);
  });
  it('takes the fragment header off a whole IPv6 packet when it tracks', () => {
    const whole = packet(udp, { family: 6, fragment: { offset: 0, more: false } });
    expect([judge('-A FORWARD', whole).bytes?.length, judge('-A FORWARD -m state --state NEW', whole).bytes?.length]).toEqual([56, 48]);
    expect(judge('-A FORWARD -m state --state INVALID -j DROP', packet({ kind: 'tcp', sourcePort: 1, destinationPort: 2, flags: 2 }, { family: 6, fragment: { offset: 0, more: true }, truncate: 8 })).verdict).toBe('drop');
  });
  it('forwards no frames that were sent to all', () => {
    const frame = (to: string): string => judge('-A FORWARD', { ...packet(udp), ethernet: Uint8Array.from(Buffer.from(`${to}0200000000aa0800`, 'hex')) }, { topology: { ifaces: [{ name: 'eth0', addr: ['10.0.0.1/24'], mac: '02:00:00:00:00:01' }, { name: 'eth1', addr: ['10.0.1.1/24'] }] } }).verdict;
    expect([frame('020000000001'), frame('ffffffffffff'), frame('020000000002')]).toEqual(['forward', 'lost', 'unseen']);
  });
  it('answers that there is no way', () => {
    const topology = { ifaces: [{ name: 'eth0', addr: ['10.0.0.1/24'] }], routes: ['unreachable 10.9.0.0/16', 'prohibit 10.8.0.0/16', 'blackhole 10.7.0.0/16'] };
    const code = (destination: string): string => judge('-A FORWARD', packet(udp, { destination }), { topology }).replies.map((reply) => `${reply[20]}/${reply[21]}`).join();
    expect(['8.8.8.8', '10.9.0.1', '10.8.0.1', '10.7.0.1'].map(code)).toEqual(['3/0', '3/1', '3/13', '']);
  });
});

describe('without a topology', () => {
  const without = (more = {}, rules = '-A FORWARD -j MARK --set-mark 1\n-A INPUT -j MARK --set-mark 2') => interpret(4, rules, { bare: true }).judge({ ...packet(udp), ...more });
  it('is every destination local, unless the packet says where it is forwarded to', () => {
    expect(without()).toMatchObject({ verdict: 'input', mark: 2 });
    expect(without({ forwardTo: 'ppp0' })).toMatchObject({ verdict: 'forward', out: 'ppp0', mark: 1 });
  });
  it('has no address to masquerade with', () => {
    expect(without({ forwardTo: 'ppp0' }, '*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n')).toMatchObject({ verdict: 'unknown', unknown: { extension: 'masquerade', chain: 'POSTROUTING', rule: 1 } });
  });
});

it('runs tables in the kernel’s order, whatever that of the file', () => {
  const rules = '*filter\n-A INPUT\nCOMMIT\n*security\n-A INPUT\nCOMMIT\n*nat\n-A PREROUTING -j ACCEPT\n-A INPUT -p tcp -j SNAT --to-source 1.2.3.4\nCOMMIT\n*mangle\n-A PREROUTING\n-A INPUT\nCOMMIT\n*raw\n-A PREROUTING\nCOMMIT\n';
  const { path } = judge(rules, packet(udp, { destination: '10.0.0.1' }));
  expect(path.filter(({ rule }) => rule > 0).map(({ hook, table }) => `${hook} ${table}`)).toEqual(['PREROUTING raw', 'PREROUTING mangle', 'PREROUTING nat', 'INPUT mangle', 'INPUT filter', 'INPUT security', 'INPUT nat']);
});
