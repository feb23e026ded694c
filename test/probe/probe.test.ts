import { describe, expect, test } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import { hasErrors } from '../../src/diagnostics/index.js';
import type { Family, PacketInput, Program } from '../../src/ir/index.js';
import { dissect, parseTopology, toHex } from '../../src/packet/index.js';
import { coverage, deriveTopology, probe, probeProgram } from '../../src/probe/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { randomProgram } from '../generators/ruleset.js';

function programOf(family: Family, text: string, sets = ''): Program {
  const result = parse(text, { file: 'test.rules', family });
  expect(hasErrors(result.diagnostics), JSON.stringify(result.diagnostics)).toBe(false);
  return { rulesets: [result.value], sets: parseSets(sets, { file: 'test.ipset' }).value };
}

const filter = (...rules: readonly string[]): string => `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.map((rule) => `-A ${rule}\n`).join('')}COMMIT\n`;

const seen = <T>(packets: readonly PacketInput[], read: (packet: NonNullable<ReturnType<typeof dissect>>) => T): readonly T[] => [...new Set(packets.map((packet) => dissect(packet.bytes)).filter((one) => one !== undefined).map(read))];

const port = (transport: Uint8Array, at: number): number => ((transport[at] ?? 0) << 8) | (transport[at + 1] ?? 0);

describe('the edges of what rules mention', () => {
  const edges = (rule: string, family: Family = 4): readonly PacketInput[] => probe(programOf(family, filter(rule)), { seed: 1 });

  test('ports just inside and outside', () => {
    const ports = seen(edges('INPUT -p udp -m udp --dport 100:200'), ({ transport }) => port(transport, 2));
    expect(ports).toEqual(expect.arrayContaining([99, 100, 200, 201]));
    expect(seen(edges('INPUT -p tcp -m multiport --sports 0,65535'), ({ transport }) => port(transport, 0))).toEqual(expect.arrayContaining([0, 1, 65534, 65535]));
  });

  test('addresses around a prefix and a range', () => {
    expect(seen(edges('FORWARD -s 192.0.2.64/26'), ({ source }) => source)).toEqual(expect.arrayContaining([0xc000023fn, 0xc0000240n, 0xc000027fn, 0xc0000280n]));
    expect(seen(edges('FORWARD -m iprange --dst-range 192.0.2.5-192.0.2.9'), ({ destination }) => destination)).toEqual(expect.arrayContaining([0xc0000204n, 0xc0000205n, 0xc0000209n, 0xc000020an]));
    expect(seen(edges('FORWARD -d 2001:db8::/32', 6), ({ destination }) => destination >> 96n)).toEqual(expect.arrayContaining([0x20010db7n, 0x20010db8n, 0x20010db9n]));
  });

  test('types, codes, lengths, hops, TOS, marks', () => {
    expect(seen(edges('INPUT -p icmp -m icmp --icmp-type 3/4'), ({ transport }) => `${transport[0]}/${transport[1]}`)).toEqual(expect.arrayContaining(['3/3', '3/4', '3/5', '2/4', '4/4']));
    expect(edges('INPUT -m length --length 80:90').map(({ bytes }) => bytes.length)).toEqual(expect.arrayContaining([79, 80, 90, 91]));
    expect(seen(edges('INPUT -m ttl --ttl-eq 7'), ({ ttl }) => ttl)).toEqual(expect.arrayContaining([6, 7, 8]));
    // Forwarding has taken one away.
    expect(seen(edges('FORWARD -m ttl --ttl-eq 7'), ({ ttl }) => ttl)).toEqual(expect.arrayContaining([7, 8, 9]));
    expect(seen(edges('INPUT -m dscp --dscp 0x2e'), ({ tos }) => tos)).toEqual(expect.arrayContaining([0xb8, 0xbb, 0xb8 ^ 4, 0xb8 ^ 0x80]));
    expect(edges('INPUT -m mark --mark 0x10/0xff').map(({ mark }) => mark ?? 0)).toEqual(expect.arrayContaining([0x10, 0xffffff10, 0x11, 0]));
  });

  test('flags one bit off, with ECE and CWR', () => {
    expect(seen(edges('INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN'), ({ transport }) => transport[13])).toEqual(expect.arrayContaining([0x02, 0xc2, 0x00, 0x03, 0x06, 0x12, 0x0a, 0x22]));
  });

  test('fragments, and headers cut at every length', () => {
    const packets = edges('FORWARD -p tcp -m tcp --dport 22');
    const whole = packets.map(({ bytes }) => dissect(bytes)).filter((one) => one !== undefined && one.fragment === undefined && one.protocol === 6 && one.transport.length < 20);
    expect(new Set(whole.map((one) => one?.transport.length))).toEqual(new Set(Array.from({ length: 20 }, (_, length) => length)));
    expect(seen(packets, ({ fragment }) => fragment && `${fragment.offset}${fragment.more ? '+' : ''}`)).toEqual(expect.arrayContaining([undefined, '0+', '8', '8+', '16', '16+', '1480']));
    // A later fragment repeats the header's bytes where nft looks for them.
    expect(packets.some(({ bytes }) => { const one = dissect(bytes); return one?.fragment !== undefined && one.fragment.offset > 8 && port(one.transport, 2) === 22; })).toBe(true);
  });

  test('IPv6 extension headers, whole and broken', () => {
    const packets = edges('FORWARD -p udp -m udp --dport 53', 6);
    expect(seen(packets, ({ extensions }) => extensions.join())).toEqual(expect.arrayContaining(['', '0', '60', '0,60', '43', '51', '60,51', '44']));
    expect(packets.some(({ bytes }) => bytes[6] === 60 && bytes.length === 41)).toBe(true);
  });

  test('interfaces, owners, frames, set elements', () => {
    expect(new Set(edges('INPUT -i eth1+').map(({ inInterface }) => inInterface))).toEqual(new Set(['eth10', 'eth1', 'eth0', undefined]));
    expect(probe(programOf(4, filter('OUTPUT -m owner --uid-owner 1000-1005')), { seed: 1 }).map(({ uid }) => uid)).toEqual(expect.arrayContaining([999, 1000, 1005, 1006]));
    expect(edges('INPUT -m mac --mac-source 02:00:00:00:00:10').map(({ ethernet }) => ethernet && toHex(ethernet.subarray(6, 12)))).toEqual(expect.arrayContaining(['020000000010', '020000000011', undefined]));
    const set = probe(programOf(4, filter('INPUT -m set --match-set s src'), 'create s hash:net family inet\nadd s 192.0.2.0/25\n'), { seed: 1 });
    expect(seen(set, ({ source }) => source)).toEqual(expect.arrayContaining([0xc00001ffn, 0xc0000200n, 0xc000027fn, 0xc0000280n]));
  });
});

const gateway = `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER -i docker0 -j RETURN
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:lan - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -s 192.168.1.0/24 -i eth1 -j lan
-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A INPUT -p udp -m udp ! --dport 53 -j REJECT --reject-with icmp-port-unreachable
-A FORWARD -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A FORWARD -i eth1 -o eth0 -j ACCEPT
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -m tcpmss --mss 1401:65535 -j DROP
-A OUTPUT -o eth0 -m owner --uid-owner 1000 -j LOG
-A lan -p tcp -m multiport --dports 22,80,443 -j ACCEPT
-A lan -j DROP
COMMIT
`;

describe('a packet for every rule', () => {
  test('of a gateway, with a host that its rules suggest', () => {
    const program = programOf(4, gateway);
    const found = probeProgram(program, { seed: 7, count: 400 });
    expect(found.rules.filter((rule) => rule.aim !== 'hit')).toEqual([]);
    const interpreter = createInterpreter(program, { topology: found.topology, loopback: true });
    const outcomes = found.packets.map((packet) => ({ family: 4 as const, outcome: interpreter.judge(packet) }));
    expect(coverage(program, outcomes)).toEqual({ rules: 15, matched: 15, missed: [] });
    expect(parseTopology(JSON.stringify(found.topology)).diagnostics).toEqual([]);
  });

  test('what no packet can reach is said', () => {
    const program = programOf(4, filter('INPUT -j DROP', 'INPUT -p tcp -j ACCEPT', 'INPUT -p tcp -m mark --mark 0x2/0x1 -j ACCEPT').replace('COMMIT', ':lost - [0:0]\n-A lost -j DROP\nCOMMIT'));
    expect(probeProgram(program, { seed: 1 }).rules.map(({ aim }) => aim)).toEqual(['hit', 'met', 'missed', 'unreachable']);
  });

  test('claims hold before the interpreter, on random rule sets', () => {
    let [claimed, held] = [0, 0];
    for (let seed = 1; seed <= 12; seed++) {
      const { program, topology } = randomProgram(seed, { family: seed % 2 === 0 ? 4 : 6, link: true, owner: true });
      const found = probeProgram(program, { topology, seed, count: 300 });
      const interpreter = createInterpreter(program, { topology, loopback: true });
      for (const rule of found.rules.filter(({ aim }) => aim === 'hit')) {
        const packet = found.packets.find(({ id }) => id === rule.packet);
        const path = packet === undefined ? [] : interpreter.judge(packet).path;
        claimed += 1;
        if (path.some((step) => step.table === rule.table && step.chain === rule.chain && step.rule === rule.rule && step.result !== 'no-match')) held += 1;
      }
    }
    // Marks and headers rewritten on the way are not followed; the rest must be right.
    expect(claimed).toBeGreaterThan(150);
    expect(held / claimed).toBeGreaterThan(0.9);
  });
});

test('same seed, same packets; another seed, others', () => {
  const program = programOf(4, gateway);
  expect(probe(program, { seed: 3, count: 100 })).toEqual(probe(program, { seed: 3, count: 100 }));
  expect(probe(program, { seed: 3, count: 100 })).not.toEqual(probe(program, { seed: 4, count: 100 }));
  expect(probe(program, { seed: 3, count: 5 })).toHaveLength(5);
});

test('the derived host places networks where the rules do', () => {
  const topology = deriveTopology(programOf(4, gateway));
  expect(topology.ifaces.map(({ name }) => name).sort()).toEqual(['docker0', 'eth0', 'eth1']);
  expect(topology.ifaces.find(({ name }) => name === 'docker0')?.addr).toEqual(['172.17.0.1/16']);
  expect(topology.ifaces.find(({ name }) => name === 'eth1')?.addr).toEqual(['192.168.1.1/24']);
  expect(topology.routes).toEqual(['172.17.0.2/32 dev docker0', 'default dev eth0']);
});

test('no packet twice', () => {
  const packets = probe(programOf(4, gateway), { seed: 1 });
  const keys = packets.map(({ id: _, ...rest }) => JSON.stringify({ ...rest, bytes: toHex(rest.bytes), ethernet: rest.ethernet && toHex(rest.ethernet) }));
  expect(new Set(keys).size).toBe(keys.length);
});
