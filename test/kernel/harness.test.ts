import { describe, expect, it } from 'vitest';
import type { Family, Outcome, PacketInput } from '../../src/ir/index.js';
import { available, hex, withHost, type Host } from './index.js';
import { bytesOf, fromRouter, syn, toRouter, udp, wire, world } from './world.js';

const judgeOne = async (host: Host, packet: PacketInput): Promise<Outcome> => {
  const [outcome] = await host.judge([packet]);
  if (!outcome) throw new Error('no outcome');
  return outcome;
};

/** One packet against one legacy rule set, in a namespace of its own. */
const under = (rules: string, packet: PacketInput, family: Family = 4): Promise<Outcome> =>
  withHost(world, async (host) => {
    if (rules !== '') await host.loadLegacy(family, rules);
    return judgeOne(host, packet);
  });

const filter = (...lines: string[]): string => `*filter\n${lines.join('\n')}\nCOMMIT\n`;
const table = (name: string, ...lines: string[]): string => `*${name}\n${lines.join('\n')}\nCOMMIT\n`;

const forwarded = wire(bytesOf(udp));
const delivered = toRouter(udp);
/** What a forwarded packet looks like when it leaves, the only change being its age. */
const aged = (packet: PacketInput, spec: Parameters<typeof bytesOf>[1] = {}): string => {
  const six = (packet.bytes[0] ?? 0) >> 4 === 6;
  return hex(bytesOf(udp, { family: six ? 6 : 4, ttl: 63, ...spec }));
};
const byte = (bytes: Uint8Array | undefined, at: number): number | undefined => bytes?.[at];

describe.skipIf(!available().ok)('the kernel judge, without rules', () => {
  it('forwards, ages, and names the interface', async () => {
    const outcome = await under('', forwarded);
    expect(outcome).toMatchObject({ verdict: 'forward', out: 'eth1', mark: 0, replies: [] });
    expect(hex(outcome.bytes ?? new Uint8Array())).toBe(aged(forwarded));
  });

  it('forwards IPv6 the same', async () => {
    const packet = wire(bytesOf(udp, { family: 6 }));
    const outcome = await under('', packet);
    expect(outcome).toMatchObject({ verdict: 'forward', out: 'eth1' });
    expect(hex(outcome.bytes ?? new Uint8Array())).toBe(aged(packet));
  });

  it('delivers to its own addresses, untouched', async () => {
    for (const packet of [delivered, toRouter(udp, { family: 6 })]) {
      const outcome = await under('', packet);
      expect(outcome).toMatchObject({ verdict: 'input', replies: [] });
      expect(hex(outcome.bytes ?? new Uint8Array())).toBe(hex(packet.bytes));
    }
  });

  it('sends local packets byte by byte, id 0 included', async () => {
    for (const packet of [fromRouter(udp, { mark: 7 }, { id: 0 }), fromRouter(udp, { mark: 7 }, { family: 6 })]) {
      const outcome = await under('', packet);
      expect(outcome).toMatchObject({ verdict: 'output', out: 'eth0', mark: 7 });
      expect(hex(outcome.bytes ?? new Uint8Array())).toBe(hex(packet.bytes));
    }
  });

  it('routes to a gateway beyond', async () => {
    expect(await under('', wire(bytesOf(udp, { destination: '192.0.2.1' })))).toMatchObject({ verdict: 'forward', out: 'eth2' });
  });

  it('keeps the mark a packet came with', async () => {
    expect(await under('', { ...forwarded, mark: 0xdeadbeef })).toMatchObject({ verdict: 'forward', mark: 0xdeadbeef });
  });

  it('loses a packet that is too old, and says so to its sender', async () => {
    const outcome = await under('', wire(bytesOf(udp, { ttl: 1 })));
    expect(outcome).toMatchObject({ verdict: 'lost', stage: 'PREROUTING' });
    const [reply] = outcome.replies;
    expect([byte(reply, 9), byte(reply, 20), byte(reply, 21)]).toEqual([1, 11, 0]);
    expect(hex((reply ?? new Uint8Array()).subarray(12, 20))).toBe('0a0000010a000005');
    const six = await under('', wire(bytesOf(udp, { family: 6, ttl: 1 })));
    expect(six).toMatchObject({ verdict: 'lost', stage: 'PREROUTING' });
    expect([byte(six.replies[0], 6), byte(six.replies[0], 40), byte(six.replies[0], 41)]).toEqual([58, 3, 0]);
  });

  it('loses martians after PREROUTING', async () => {
    expect(await under('', wire(bytesOf(udp, { source: '127.0.0.9' })))).toMatchObject({ verdict: 'lost', stage: 'PREROUTING' });
  });

  it('answers what is too big and may not be cut', async () => {
    const big = bytesOf({ kind: 'raw', protocol: 253, data: new Uint8Array(1400) }, { dontFragment: true });
    const outcome = await withHost({ ...world, ifaces: world.ifaces.map((iface) => ({ ...iface, mtu: iface.name === 'eth1' ? 1300 : 1500 })) }, (host) =>
      judgeOne(host, wire(big)),
    );
    expect(outcome).toMatchObject({ verdict: 'lost', stage: 'PREROUTING' });
    expect(hex((outcome.replies[0] ?? new Uint8Array()).subarray(20, 22))).toBe('0304');
    expect(hex((outcome.replies[0] ?? new Uint8Array()).subarray(26, 28))).toBe('0514');
  });

  it('does not see broken headers', async () => {
    expect(await under('', wire(bytesOf(udp, { headerChecksum: 'wrong' })))).toMatchObject({ verdict: 'unseen', replies: [] });
    expect(await under('', wire(bytesOf(udp, { lengthField: 200 })))).toMatchObject({ verdict: 'unseen' });
    expect(await under('', wire(bytesOf(udp, { family: 6, source: 'ff02::1' })))).toMatchObject({ verdict: 'unseen' });
  });

  it('trims what is longer than its length says', async () => {
    const long = Buffer.concat([bytesOf(udp), Buffer.from('trailer')]);
    expect(hex((await under('', wire(long))).bytes ?? new Uint8Array())).toBe(aged(forwarded));
  });
});

describe.skipIf(!available().ok)('the kernel judge, legacy rules', () => {
  const drops: readonly (readonly [string, string, PacketInput])[] = [
    ['PREROUTING', table('raw', '-A PREROUTING -p udp -j DROP'), forwarded],
    ['PREROUTING', table('mangle', '-A PREROUTING -p udp -j DROP'), forwarded],
    ['INPUT', filter('-A INPUT -p udp -j DROP'), delivered],
    ['INPUT', table('security', '-A INPUT -p udp -j DROP'), delivered],
    ['FORWARD', filter('-A FORWARD -p udp -j DROP'), forwarded],
    ['FORWARD', filter(':FORWARD DROP'), forwarded],
    ['OUTPUT', table('raw', '-A OUTPUT -p udp -j DROP'), fromRouter(udp)],
    ['OUTPUT', filter('-A OUTPUT -p udp -j DROP'), fromRouter(udp)],
    ['POSTROUTING', table('mangle', '-A POSTROUTING -p udp -j DROP'), forwarded],
    ['POSTROUTING', table('mangle', '-A POSTROUTING -p udp -j DROP'), fromRouter(udp)],
  ];
  it.each(drops)('drops in %s: %s', async (stage, rules, packet) => {
    expect(await under(rules, packet)).toMatchObject({ verdict: 'drop', stage, replies: [] });
    const other: PacketInput = { ...packet, bytes: bytesOf(syn, packet.origin === 'local' ? { source: '10.0.0.1', destination: '10.0.0.5' } : {}) };
    if (!rules.includes(':FORWARD')) expect((await under(rules, other)).verdict).not.toBe('drop');
  });

  it('drops by IPv6 rules, and only by them', async () => {
    const six = wire(bytesOf(udp, { family: 6 }));
    expect(await under(filter('-A FORWARD -p udp -j DROP'), six, 6)).toMatchObject({ verdict: 'drop', stage: 'FORWARD' });
    expect(await under(filter('-A FORWARD -p udp -j DROP'), six, 4)).toMatchObject({ verdict: 'forward' });
  });

  const kinds: readonly (readonly [string, string])[] = [
    ['icmp-port-unreachable', '0303'],
    ['icmp-net-unreachable', '0300'],
    ['icmp-host-unreachable', '0301'],
    ['icmp-proto-unreachable', '0302'],
    ['icmp-net-prohibited', '0309'],
    ['icmp-host-prohibited', '030a'],
    ['icmp-admin-prohibited', '030d'],
  ];
  it.each(kinds)('rejects with %s', async (kind, expected) => {
    const outcome = await under(filter(`-A FORWARD -j REJECT --reject-with ${kind}`), forwarded);
    expect(outcome).toMatchObject({ verdict: 'reject', stage: 'FORWARD' });
    const [reply = new Uint8Array()] = outcome.replies;
    expect(hex(reply.subarray(20, 22))).toBe(expected);
    expect(hex(reply.subarray(28))).toBe(aged(forwarded));
  });

  it('rejects with a reset whose checksum is that of the wire', async () => {
    const outcome = await under(filter('-A INPUT -p tcp -j REJECT --reject-with tcp-reset'), toRouter(syn));
    expect(outcome).toMatchObject({ verdict: 'reject', stage: 'INPUT' });
    const reset = bytesOf({ kind: 'tcp', sourcePort: 80, destinationPort: 1000, flags: 0x14, sequence: 0, acknowledgement: 1001, window: 0 }, { source: '10.0.0.1', destination: '10.0.0.5', id: 0, dontFragment: true });
    expect(outcome.replies.map(hex)).toEqual([hex(reset)]);
  });

  it('rejects IPv6 by ICMPv6 and by reset', async () => {
    const icmp = await under(filter('-A FORWARD -j REJECT --reject-with icmp6-adm-prohibited'), wire(bytesOf(udp, { family: 6 })), 6);
    expect(icmp).toMatchObject({ verdict: 'reject', stage: 'FORWARD' });
    expect(hex((icmp.replies[0] ?? new Uint8Array()).subarray(40, 42))).toBe('0101');
    const reset = await under(filter('-A INPUT -p tcp -j REJECT --reject-with tcp-reset'), toRouter(syn, { family: 6 }), 6);
    expect(reset.replies.map(hex)).toEqual([
      hex(bytesOf({ kind: 'tcp', sourcePort: 80, destinationPort: 1000, flags: 0x14, sequence: 0, acknowledgement: 1001, window: 0 }, { family: 6, source: '2001:db8::1', destination: '2001:db8::5' })),
    ]);
  });

  it('hears nothing when the answer is dropped on its way', async () => {
    const outcome = await under(filter('-A FORWARD -j REJECT', '-A OUTPUT -p icmp -j DROP'), forwarded);
    expect(outcome).toMatchObject({ verdict: 'drop', stage: 'FORWARD', replies: [] });
  });

  it('counts an answer to a broadcast address once', async () => {
    const outcome = await under(filter('-A FORWARD -j REJECT'), wire(bytesOf(udp, { source: '10.0.1.255' }), { inInterface: 'eth1' }));
    expect(outcome).toMatchObject({ verdict: 'reject', stage: 'FORWARD' });
    expect(outcome.replies).toHaveLength(1);
  });

  it('answers each of many, unlimited', async () => {
    for (const family of [4, 6] as const) {
      const outcomes = await withHost(world, async (host) => {
        await host.loadLegacy(family, filter('-A FORWARD -j REJECT'));
        return host.judge(Array.from({ length: 1200 }, () => wire(bytesOf(udp, { family }))));
      });
      expect(outcomes.filter(({ verdict }) => verdict === 'reject')).toHaveLength(1200);
    }
  });

  it('rejects in OUTPUT towards the sender', async () => {
    const outcome = await under(filter('-A OUTPUT -p udp -j REJECT'), fromRouter(udp, {}, { id: 0 }));
    expect(outcome).toMatchObject({ verdict: 'reject', stage: 'OUTPUT' });
    expect(outcome.replies.map((reply) => hex(reply.subarray(28)))).toEqual([hex(fromRouter(udp, {}, { id: 0 }).bytes)]);
  });

  it('shows marks set on the way', async () => {
    expect(await under(table('mangle', '-A FORWARD -j MARK --set-mark 0x12/0xf'), { ...forwarded, mark: 0xf0f0f0f0 })).toMatchObject({ mark: 0xf0f0f0f2 });
    expect(await under(table('mangle', '-A INPUT -j MARK --set-mark 5'), delivered)).toMatchObject({ verdict: 'input', mark: 5 });
  });

  it('translates source and destination', async () => {
    const dnat = await under(table('nat', '-A PREROUTING -p udp -j DNAT --to-destination 10.0.1.9:5353'), forwarded);
    expect(dnat).toMatchObject({ verdict: 'forward', out: 'eth1' });
    expect(hex(dnat.bytes ?? new Uint8Array())).toBe(hex(bytesOf({ ...udp, destinationPort: 5353 } as typeof udp, { destination: '10.0.1.9', ttl: 63 })));
    const snat = await under(table('nat', '-A POSTROUTING -j MASQUERADE'), forwarded);
    expect(hex(snat.bytes ?? new Uint8Array())).toBe(hex(bytesOf(udp, { source: '10.0.1.1', ttl: 63 })));
  });

  it('gives every packet an empty connection table', async () => {
    const outcomes = await withHost(world, async (host) => {
      await host.loadLegacy(4, filter('-A FORWARD -m conntrack --ctstate NEW -j ACCEPT', '-A FORWARD -j DROP'));
      const answer = wire(bytesOf({ kind: 'udp', sourcePort: 53, destinationPort: 1000 }, { source: '10.0.1.7', destination: '10.0.0.5' }), { inInterface: 'eth1' });
      return host.judge([forwarded, answer, forwarded, wire(bytesOf({ ...syn, flags: 0x12 } as typeof syn))]);
    });
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['forward', 'forward', 'forward', 'drop']);
  });

  it('drops short headers outright', async () => {
    const rules = filter('-A FORWARD -p tcp -m tcp --dport 9 -j ACCEPT', '-A FORWARD -j ACCEPT');
    expect(await under(rules, wire(bytesOf(syn, { truncate: 8 })))).toMatchObject({ verdict: 'drop', stage: 'FORWARD' });
    expect(await under(rules, wire(bytesOf(syn)))).toMatchObject({ verdict: 'forward' });
  });

  it('lowers the segment size', async () => {
    const outcome = await under(table('mangle', '-A FORWARD -p tcp --syn -j TCPMSS --set-mss 1200'), wire(bytesOf(syn)));
    expect(hex(outcome.bytes ?? new Uint8Array())).toBe(hex(bytesOf({ ...syn, options: Uint8Array.of(2, 4, 4, 0xb0) } as typeof syn, { ttl: 63 })));
  });

  it('knows the owner of a local packet', async () => {
    const rules = filter('-A OUTPUT -m owner --uid-owner 1000 --gid-owner 7 -j DROP');
    expect(await under(rules, fromRouter(udp, { uid: 1000, gid: 7 }))).toMatchObject({ verdict: 'drop' });
    expect(await under(rules, fromRouter(udp, { uid: 1001, gid: 7 }))).toMatchObject({ verdict: 'output' });
    expect(await under(rules, fromRouter(udp))).toMatchObject({ verdict: 'output' });
  });

  it('refuses rules as the tool does', async () => {
    await expect(under(filter('-A FORWARD -p tcp --nonsense'), forwarded)).rejects.toThrow(/unknown option "--nonsense"/);
  });
});

describe.skipIf(!available().ok)('the kernel judge, fragments', () => {
  const later = wire(bytesOf({ kind: 'raw', protocol: 17, data: new Uint8Array(32) }, { fragment: { offset: 2, more: false }, id: 9 }));
  const later6 = wire(bytesOf({ kind: 'raw', protocol: 17, data: new Uint8Array(32) }, { family: 6, fragment: { offset: 2, more: false }, id: 9 }));
  const atomic6 = wire(bytesOf(udp, { family: 6, fragment: { offset: 0, more: false }, id: 9 }));
  const uneven6 = wire(bytesOf({ kind: 'raw', protocol: 17, data: new Uint8Array(13) }, { family: 6, fragment: { offset: 0, more: true }, id: 9 }));
  const tracking = filter('-A FORWARD -m conntrack --ctstate INVALID');

  it('pass while nothing tracks connections', async () => {
    expect(await under('', later)).toMatchObject({ verdict: 'forward' });
    expect(await under('', later6)).toMatchObject({ verdict: 'forward' });
  });

  it('are held while something does, and do not meet', async () => {
    const first = wire(bytesOf({ kind: 'raw', protocol: 17, data: new Uint8Array(16) }, { fragment: { offset: 0, more: true }, id: 9 }));
    const verdicts = await withHost(world, async (host) => {
      await host.loadLegacy(4, tracking);
      return host.judge([first, later, later]);
    });
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['held', 'held', 'held']);
    const six = await withHost(world, async (host) => {
      await host.loadLegacy(6, tracking);
      return host.judge([wire(bytesOf({ kind: 'raw', protocol: 17, data: new Uint8Array(16) }, { family: 6, fragment: { offset: 0, more: true }, id: 9 })), later6, atomic6, later6, uneven6, later6]);
    });
    expect(six.map(({ verdict }) => verdict)).toEqual(['held', 'held', 'forward', 'held', 'forward', 'held']);
  });

  it('are told from those that raw drops', async () => {
    const both = `${table('raw', '-A PREROUTING -j DROP')}${tracking}`;
    expect(await under(both, later)).toMatchObject({ verdict: 'held' });
    expect(await under(table('raw', '-A PREROUTING -j DROP'), later)).toMatchObject({ verdict: 'drop', stage: 'PREROUTING' });
  });

  it('wait for the rest where IPv4 delivers, and reach INPUT in IPv6', async () => {
    const data = new Uint8Array(32);
    expect(await under('', toRouter({ kind: 'raw', protocol: 17, data }, { fragment: { offset: 2, more: false } }))).toMatchObject({ verdict: 'held' });
    expect(await under('', toRouter({ kind: 'raw', protocol: 17, data }, { family: 6, fragment: { offset: 2, more: false } }))).toMatchObject({ verdict: 'input' });
    expect(await under('', wire(bytesOf({ kind: 'raw', protocol: 17, data }, { source: '127.0.0.1', fragment: { offset: 2, more: false } })))).toMatchObject({ verdict: 'lost' });
  });
});

describe.skipIf(!available().ok)('the kernel judge, link layer', () => {
  const header = (destination: string): Uint8Array => Buffer.from(`${destination}0200000099010800`, 'hex');
  const ours = { ...forwarded, ethernet: header('020000000101') };

  it('sees addresses of Ethernet only where there is Ethernet', async () => {
    const rules = filter('-A FORWARD -m mac --mac-source 02:00:00:00:99:01 -j DROP');
    expect(await under(rules, ours)).toMatchObject({ verdict: 'drop' });
    expect(await under(rules, forwarded)).toMatchObject({ verdict: 'forward' });
    const inverted = filter('-A FORWARD -m mac ! --mac-source 02:00:00:00:99:02 -j DROP');
    expect(await under(inverted, ours)).toMatchObject({ verdict: 'drop' });
    expect(await under(inverted, forwarded)).toMatchObject({ verdict: 'forward' });
  });

  it('tells packet types from the header or as it is told', async () => {
    const rules = filter('-A INPUT -m pkttype --pkt-type broadcast -j DROP');
    expect(await under(rules, { ...delivered, ethernet: header('ffffffffffff') })).toMatchObject({ verdict: 'drop' });
    expect(await under(rules, { ...delivered, ethernet: header('020000000101') })).toMatchObject({ verdict: 'input' });
    expect(await under(rules, { ...delivered, packetType: 'broadcast' })).toMatchObject({ verdict: 'drop' });
    expect(await under(rules, delivered)).toMatchObject({ verdict: 'input' });
  });

  it('does not see frames for others', async () => {
    expect(await under('', { ...forwarded, ethernet: header('0200000001ff') })).toMatchObject({ verdict: 'unseen' });
  });
});

describe.skipIf(!available().ok)('the kernel judge, nft and housekeeping', () => {
  it('loads nft, and forgets it', async () => {
    await withHost(world, async (host) => {
      await host.loadNft('table ip filter {\nchain forward {\ntype filter hook forward priority 0\nudp dport 53 reject with icmp type host-prohibited\n}\n}\n');
      const rejected = await judgeOne(host, forwarded);
      expect(rejected).toMatchObject({ verdict: 'reject', stage: 'FORWARD' });
      expect(hex((rejected.replies[0] ?? new Uint8Array()).subarray(20, 22))).toBe('030a');
      await host.flush();
      expect(await judgeOne(host, forwarded)).toMatchObject({ verdict: 'forward' });
    });
  });

  it('forgets legacy rules and sets, and lets go of conntrack with them', async () => {
    const later = wire(bytesOf({ kind: 'raw', protocol: 17, data: new Uint8Array(32) }, { fragment: { offset: 2, more: false } }));
    await withHost(world, async (host) => {
      await host.loadSets('create clients hash:ip\nadd clients 10.0.0.5\n');
      await host.loadLegacy(4, `${table('nat', '-A POSTROUTING -j MASQUERADE')}${filter('-A FORWARD -m set --match-set clients src -j DROP')}`);
      expect(await judgeOne(host, forwarded)).toMatchObject({ verdict: 'drop', stage: 'FORWARD' });
      expect(await judgeOne(host, later)).toMatchObject({ verdict: 'held' });
      await host.flush();
      expect(await judgeOne(host, forwarded)).toMatchObject({ verdict: 'forward' });
      expect(await judgeOne(host, later)).toMatchObject({ verdict: 'forward' });
    });
  });

  it('leaves no namespace behind when a test fails', async () => {
    let inode = '';
    await expect(
      withHost(world, async (host) => {
        inode = (await host.run(['readlink', '/proc/self/ns/net'])).stdout.trim();
        throw new Error('on purpose');
      }),
    ).rejects.toThrow('on purpose');
    expect(inode).toMatch(/^net:\[\d+\]$/);
    const { execFileSync } = await import('node:child_process');
    const alive = execFileSync('sh', ['-c', 'readlink /proc/[0-9]*/ns/net 2>/dev/null || true'], { encoding: 'utf8' });
    expect(alive).not.toContain(inode);
  });
});
