import { describe, expect, test } from 'vitest';
import type { PacketInput } from '../../src/ir/index.js';
import { interpret } from '../interpreter/judging.js';
import { available } from './available.js';
import { carry, matched, type Carried } from './carried.js';
import { withHost } from './host.js';
import { bytesOf, fromRouter, syn, toRouter, udp, wire, world } from './world.js';

const many = Number(process.env['FERRULE_PACKETS'] ?? 24);

/** Every eighth case, all of them with FERRULE_CASES=all. */
const every = process.env['FERRULE_CASES'] === 'all' ? 1 : 8;
const seed = Number(process.env['FERRULE_SEED'] ?? 1);

/** Both kinds of answer are among those of the cases, unless a case can only have one. */
async function carries(cases: readonly Carried[], packetsOf: (one: Carried) => readonly PacketInput[], topology = world): Promise<void> {
  const problems: unknown[] = [];
  const marks = new Set<number | undefined>();
  await withHost(topology, async (host) => {
    for (const one of cases.filter((_, index) => (index + seed) % every === 0)) {
      const result = await carry(host, one, packetsOf(one), topology);
      problems.push(...result.problems);
      for (const { mark } of result.outcomes) marks.add(mark ?? 0);
    }
  });
  expect(problems.slice(0, 8)).toEqual([]);
  if (every === 1) expect([...marks].sort(), 'some match and some do not').toEqual(expect.arrayContaining([0, matched]));
}

const inputs = (family: 4 | 6, more: Partial<PacketInput> = {}): readonly PacketInput[] =>
  Array.from({ length: many }, (_, index) => ({ ...toRouter(index % 2 === 0 ? udp : syn, { family }), id: String(index), ...more }));

/** The clock is the kernel's, so that rules are made around it, with minutes to spare. */
const now = Math.floor(Date.now() / 1000);
const day = 86_400;
const ofDay = now % day;
const clock = (seconds: number): string => new Date((((seconds % day) + day) % day) * 1000).toISOString().slice(11, 19);
const date = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);
const weekday = (ahead: number): string => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][(new Date(now * 1000).getUTCDay() + ahead) % 7] ?? '';
const monthday = (ahead: number): number => new Date((now + ahead * day) * 1000).getUTCDate();

const times = [
  '', `--timestart ${clock(ofDay - 300)} --timestop ${clock(ofDay + 300)}`, `--timestart ${clock(ofDay + 300)} --timestop ${clock(ofDay + 600)}`, `--timestart ${clock(ofDay + 300)} --timestop ${clock(ofDay - 300)}`,
  `--timestart 23:00:00 --timestop 23:00:00 --contiguous`, `--timestart ${clock(ofDay - 600)} --timestop ${clock(ofDay - 900)} --contiguous --weekdays ${weekday(0)}`, `--timestart ${clock(ofDay + 900)} --timestop ${clock(ofDay + 600)} --contiguous --weekdays ${weekday(0)}`,
  `--timestart ${clock(ofDay + 900)} --timestop ${clock(ofDay + 600)} --contiguous --weekdays ${weekday(6)}`, `--timestart ${clock(ofDay + 900)} --timestop ${clock(ofDay + 600)} --contiguous --monthdays ${monthday(-1)}`,
  `--weekdays ${weekday(0)}`, `--weekdays ${weekday(1)},${weekday(3)}`, `! --weekdays ${weekday(0)}`, `--weekdays ${weekday(0)} --kerneltz`, `--monthdays ${monthday(0)}`, `! --monthdays ${monthday(0)}`,
  `--monthdays ${monthday(0)} --datestart ${date(now - 40 * day)} --datestop ${date(now + 40 * day)}`, `--monthdays ${monthday(1)} --datestart ${date(now - 40 * day)} --datestop ${date(now + 40 * day)}`,
  `--datestart ${date(now - 300)}`, `--datestart ${date(now + 300)}`, `--datestop ${date(now - 300)}`, `--datestart ${date(now - 300)} --datestop ${date(now + 300)}`,
  `--timestart 02:00:00 --timestop 03:00:00 --datestart 1970-01-01T02:00:00 --datestop 1970-01-01T03:00:00`,
];

describe.skipIf(!available().ok)('tests of what surrounds a packet: legacy, nft and the interpreter', () => {
  test('time', async () => {
    await carries(times.map((options): Carried => ({ family: 4, table: 'filter', chain: 'INPUT', match: `-m time ${options}` })), () => inputs(4, { time: Math.floor(Date.now() / 1000) }));
  });

  test('devgroup', async () => {
    const topology = { ...world, ifaces: world.ifaces.map((iface, index) => ({ ...iface, group: [0, 2, 0x12][index] ?? 0 })) };
    const matches = ['--src-group 2', '! --src-group 2', '--src-group 0x2/0xf', '! --src-group 0x2/0xf', '--src-group 0x72/0xf', '--dst-group 2', '! --dst-group 2/3', '! --src-group 2 --dst-group 3', '--src-group 0/0'];
    const packets = ['eth0', 'eth1', 'eth2'].flatMap((inInterface) => ['10.0.0.9', '10.0.1.9', '10.0.2.9'].map((destination) => wire(bytesOf(udp, { source: '10.9.9.9', destination }), { id: `${inInterface} to ${destination}`, inInterface })));
    await carries(matches.map((options): Carried => ({ family: 4, table: 'mangle', chain: 'FORWARD', match: `-m devgroup ${options}` })), () => packets, topology);
  });

  test('rpfilter', async () => {
    const routes = [...(world.routes ?? []), 'unreachable 10.7.0.0/16', 'blackhole 10.8.0.0/16', '10.6.0.0/16 via 10.0.1.7 dev eth1'];
    const routes6 = [...(world.routes6 ?? []), 'unreachable 2001:db8:7::/48', '2001:db8:6::/48 via 2001:db8:1::7 dev eth1'];
    const topology = { ...world, local: ['10.5.5.5/32', '2001:db8:55::5/128'], routes, routes6 };
    const sources = {
      4: ['10.0.0.5', '10.0.1.5', '10.0.2.5', '10.0.0.1', '10.0.1.1', '10.5.5.5', '10.6.1.1', '10.7.1.1', '10.8.1.1', '8.8.8.8', '0.0.0.0', '0.1.2.3', '10.0.0.255', '127.0.0.1', '224.0.0.5', '255.255.255.255'],
      6: ['2001:db8::5', '2001:db8:1::5', '2001:db8::1', '2001:db8:1::1', '2001:db8:55::5', '2001:db8:6::1', '2001:db8:5::1', '2001:db8:7::1', '2001:db8::', '2620::1', '::', 'fe80::5', '::1', '::5'],
    };
    const destinations = { 4: ['10.0.1.7', '10.0.0.1', '224.0.0.1', '255.255.255.255'], 6: ['2001:db8:1::7', '2001:db8::1', 'ff02::1', 'fe80::9'] };
    const packets = (family: 4 | 6): readonly PacketInput[] =>
      sources[family].flatMap((source) => destinations[family].flatMap((destination) => ['eth0', 'eth1'].map((inInterface) => wire(bytesOf(udp, { family, source, destination }), { id: `${source} to ${destination} by ${inInterface}`, inInterface }))));
    const options = ['', '--invert', '--loose', '--loose --invert', '--accept-local', '--accept-local --invert', '--loose --accept-local', '--validmark', '--loose --validmark --accept-local --invert'];
    const cases = ([4, 6] as const).flatMap((family) => options.map((option, index): Carried => ({ family, table: index % 2 === 0 ? 'mangle' : 'raw', chain: 'PREROUTING', match: `-m rpfilter ${option}` })));
    await carries(cases, ({ family }) => packets(family), topology);
    // Two routes to one network, which only the interpreter and iptables take alike.
    const doubled = { ...topology, routes6: [...routes6, '2001:db8:1::/48 dev eth0 metric 5', '2001:db8:1::/48 dev eth1 metric 9', '2001:db8:6::/56 dev eth0'] };
    await carries(['', '--accept-local', '--loose'].map((option): Carried => ({ family: 6, table: 'raw', chain: 'PREROUTING', match: `-m rpfilter ${option}`, untranslated: true })), () => packets(6), doubled);
  });

  test('helper, policy', async () => {
    const matches = ['-m helper --helper ftp', '-m helper ! --helper ftp', '-m helper --helper ""', '-m helper ! --helper ""', '-m helper ! --helper ftp-2121', '-m policy --dir in --pol none', '-m policy --dir in --pol ipsec', '-m policy --dir out --pol none', '-m policy --dir out --pol ipsec',
      '-m policy --dir in --pol ipsec --reqid 1', '-m policy --dir in --pol ipsec ! --spi 0x1', '-m policy --dir in --pol ipsec --strict --reqid 1', '-m policy --dir out --pol ipsec --strict --reqid 1 --next ! --spi 5 --reqid 7'];
    await carries(([4, 6] as const).flatMap((family) => matches.map((match): Carried => ({ family, table: 'mangle', chain: 'FORWARD', match }))), ({ family }) => [wire(bytesOf(udp, { family })), wire(bytesOf(syn, { family })), wire(bytesOf(syn, { family, truncate: 10 }))]);
  });

  test('connlabel, cluster', async () => {
    const matches = ['-m connlabel --label 40', '-m connlabel ! --label 40', '-m connlabel --label 41 --set', '-m connlabel ! --label 42 --set', '-m connlabel --label 42', '-m connlabel --label 127 --set', '-m connlabel ! --label 0',
      ...['--cluster-total-nodes 2 --cluster-local-node 2', '--cluster-total-nodes 7 --cluster-local-nodemask 0x15', '--cluster-total-nodes 3 ! --cluster-local-node 1', '--cluster-total-nodes 1 --cluster-local-node 1'].map((nodes) => `-m cluster ${nodes} --cluster-hash-seed 0xfeedcafe`)];
    const packets = (family: 4 | 6): readonly PacketInput[] => [
      ...Array.from({ length: many }, (_, index) => wire(bytesOf(udp, { family, source: family === 4 ? `10.0.0.${index * 7 + 5}` : `2001:db8::${index * 77 + 5}` }), { id: String(index) })),
      wire(bytesOf(syn, { family, truncate: 10 }), { id: 'invalid' }),
    ];
    await carries(([4, 6] as const).flatMap((family) => matches.filter((match) => family === 4 || !match.includes('cluster')).map((match): Carried => ({ family, table: 'mangle', chain: match.includes('cluster') ? 'PREROUTING' : 'FORWARD', match }))), ({ family }) => packets(family));
  });

  test('cluster in IPv6, which hashes the first four bytes of the source', async () => {
    const packets = Array.from({ length: 12 }, (_, index) => wire(bytesOf(udp, { family: 6, source: index < 3 ? `2001:db8::${index * 77 + 5}` : `${(0x2001 + index * 31).toString(16)}:${(index * 77).toString(16)}::5` }), { id: String(index) }));
    await withHost(world, async (host) => {
      for (const nodes of ['2 --cluster-local-node 2', '7 --cluster-local-nodemask 0x15', '3 ! --cluster-local-node 1']) {
        const rules = `*mangle\n-A PREROUTING -m cluster --cluster-total-nodes ${nodes} --cluster-hash-seed 0xfeedcafe -j MARK --set-xmark 0x7777/0xffffffff\nCOMMIT\n`;
        await host.loadLegacy(6, rules);
        const told = interpret(6, rules);
        expect(packets.map((packet) => told.judge(packet).mark), nodes).toEqual((await host.judge(packets)).map(({ mark }) => mark));
      }
    });
  });

  test('cgroup, socket, physdev', async () => {
    const sent = (family: 4 | 6): readonly PacketInput[] => [fromRouter(udp, { id: 'udp' }, { family }), fromRouter(syn, { id: 'syn', uid: 5 }, { family }), wire(bytesOf(udp, { family }), { id: 'wire' }), toRouter({ kind: 'udp', sourcePort: 5, destinationPort: 7, data: new Uint8Array() }, { family })];
    const of = (chain: Carried['chain'], match: string, more: Partial<Carried> = {}) => ([4, 6] as const).map((family): Carried => ({ family, table: 'mangle', chain, match, ...more }));
    await carries([
      ...['--cgroup 0', '! --cgroup 0', '--cgroup 1', '! --cgroup 1', '--path /', '! --path /'].flatMap((options) => ['OUTPUT', 'POSTROUTING', 'INPUT'].flatMap((chain) => of(chain as Carried['chain'], `-m cgroup ${options}`, { unmodelled: true }))),
      ...['', '--transparent', '--nowildcard', '--transparent --nowildcard'].flatMap((options) => of('PREROUTING', `-m socket ${options}`)),
      ...['--physdev-in eth0', '! --physdev-is-in', '! --physdev-is-bridged ! --physdev-out eth+', '! --physdev-is-bridged --physdev-in eth1'].flatMap((options) => of('FORWARD', `-m physdev ${options}`, { assume: ['no-bridged-packets'] })),
    ], ({ family }) => sent(family));
  });

  test('owner, with supplementary groups', async () => {
    const senders = [{}, { uid: 5 }, { uid: 1000, gid: 7 }, { gid: 8, groups: [7] }, { uid: 5, gid: 9, groups: [4, 24, 300] }, { gid: 24, groups: [9] }];
    const packets = (family: 4 | 6): readonly PacketInput[] => senders.map((sender, index) => fromRouter(udp, { id: String(index), ...sender }, { family }));
    const options = ['--uid-owner 5', '! --uid-owner 5', '--uid-owner 6-1000 --gid-owner 7', '--gid-owner 7', '! --gid-owner 7', '--socket-exists', '! --socket-exists'];
    const grouped = ['--gid-owner 7', '! --gid-owner 7', '--gid-owner 20-30', '! --gid-owner 20-30', '--uid-owner 5 --gid-owner 300', '! --uid-owner 5 ! --gid-owner 8'].map((one) => `${one} --suppl-groups`);
    const of = (family: 4 | 6, option: string): Carried => ({ family, table: 'mangle', chain: 'OUTPUT', match: `-m owner ${option}` });
    await carries(([4, 6] as const).flatMap((family) => options.map((option) => of(family, option))), ({ family }) => packets(family));
    // nft knows one group of a sender: what iptables says is the interpreter's to say.
    await withHost(world, async (host) => {
      for (const family of [4, 6] as const) {
        for (const option of grouped) {
          const rules = `*mangle\n-A OUTPUT -m owner ${option} -j MARK --set-xmark 0x7777/0xffffffff\nCOMMIT\n`;
          await host.loadLegacy(family, rules);
          const told = interpret(family, rules);
          const marks = (await host.judge(packets(family))).map(({ mark }) => mark);
          expect(packets(family).map((packet) => told.judge(packet).mark), option).toEqual(marks);
          expect(new Set(marks).size, option).toBe(2);
        }
      }
    });
  });

  test('cpu, realm', async () => {
    const matches = ['-m cpu --cpu 0', '-m cpu ! --cpu 0', '-m cpu --cpu 1', '-m cpu --cpu 4294967295', '-m realm --realm 0', '-m realm ! --realm 0', '-m realm --realm 0x1/0x2a', '-m realm --realm 0x2a', '-m realm --realm 0x10000/0xffff0000', '-m realm --realm 0x5/0x4'];
    await carries(matches.map((match): Carried => ({ family: 4, table: 'mangle', chain: 'FORWARD', match, unmodelled: true })), () => [wire(bytesOf(udp)), wire(bytesOf(syn))]);
  });
});
