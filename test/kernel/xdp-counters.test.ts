import { describe, expect, test } from 'vitest';
import type { Family, PacketInput, Program, Topology } from '../../src/ir/index.js';
import { parse } from '../../grammar/index.js';
import { lower } from '../../src/lower/index.js';
import { xdp } from '../../targets/xdp/index.js';
import { interpret } from '../interpreter/judging.js';
import { settings } from '../equivalence/settings.js';
import { standardTopology } from '../generators/pool.js';
import { countingRules } from '../xdp/counting.js';
import { compileC, harnessFile } from './compile.js';
import { available, compileXdp, frameOf, runXdp, withHost } from './index.js';
import { bytesOf, syn, toRouter, udp, wire, world } from './world.js';

const small = wire(bytesOf(udp));
const sized = (data: number): PacketInput => wire(bytesOf({ kind: 'udp', sourcePort: 1000, destinationPort: 53, data: new Uint8Array(data) }));
const tcp = wire(bytesOf(syn));
const own = toRouter(udp);
const six = (spec: Parameters<typeof bytesOf>[1] = {}): PacketInput => wire(bytesOf(udp, { family: 6, ...spec }));
const times = (count: number, ...packets: readonly PacketInput[]): readonly PacketInput[] => Array.from({ length: count }, () => packets).flat();

/** Each is called twice, so that none is written into its caller. */
const deep = [0, 1, 2, 3, 4].map((index) => (index === 4 ? '-A c4 -m statistic --mode nth --every 9 --packet 8 -j DROP' : `-A c${index} -m ttl --ttl-gt 10 -j c${index + 1}\n-A c${index} -m ttl --ttl-lt 10 -j c${index + 1}`));

/** D dropped, . not; what the kernel says of each packet in turn is by hand here, so that no two sides agree on a mistake. */
const cases: readonly [name: string, family: Family, rules: string, packets: readonly PacketInput[], expected: string][] = [
  ['the first of three', 4, '-A FORWARD -m statistic --mode nth --every 3 --packet 0 -j DROP', times(7, small), 'D..D..D'],
  ['the last of three', 4, '-A FORWARD -m statistic --mode nth --every 3 --packet 2 -j DROP', times(7, small), '..D..D.'],
  ['not the second of three', 4, '-A FORWARD -m statistic --mode nth ! --every 3 --packet 1 -j DROP', times(6, small), 'D.DD.D'],
  ['every one, and not every one', 4, '-A FORWARD -m statistic --mode nth ! --every 1 --packet 0 -j DROP\n-A FORWARD -p udp -m statistic --mode nth --every 1 --packet 0 -j DROP', [small, tcp, small], 'D.D'],
  ['two counters in one rule', 4, '-A FORWARD -m statistic --mode nth --every 2 --packet 1 -m statistic --mode nth --every 3 --packet 1 -j DROP', times(12, small), '...D.....D..'],
  ['what fails before it leaves it alone', 4, '-A FORWARD -p udp -m ttl --ttl-gt 10 -m statistic --mode nth --every 2 --packet 1 -j DROP', [small, tcp, wire(bytesOf(udp, { ttl: 5 })), small, tcp, small, small], '...D..D'],
  ['what fails behind it does not', 4, '-A FORWARD -m statistic --mode nth --every 2 --packet 1 -m ttl --ttl-gt 10 -j DROP', [small, wire(bytesOf(udp, { ttl: 5 })), small, small], '...D'],
  ['a rule that is not reached', 4, '-A FORWARD -p tcp -j ACCEPT\n-A FORWARD -m statistic --mode nth --every 2 --packet 1 -j DROP', [small, tcp, tcp, small], '...D'],
  ['a cut-off header that drops before it', 4, '-A FORWARD -p udp -m udp --dport 53 -m statistic --mode nth --every 2 --packet 1 -j DROP', [small, wire(bytesOf(udp, { truncate: 5 })), small], '.DD'],
  ['one chain, reached twice', 4, ':c - [0:0]\n-A FORWARD -p udp -j c\n-A FORWARD -m ttl --ttl-gt 10 -j c\n-A c -m statistic --mode nth --every 3 --packet 2 -j DROP', [small, tcp, small, small], '.D.D'],
  ['one chain, reached from both hooks', 4, ':c - [0:0]\n-A FORWARD -j c\n-A INPUT -j c\n-A c -m statistic --mode nth --every 3 --packet 2 -j DROP', [small, own, small, own, small, own], '..D..D'],
  ['in chains as deep as may be', 4, `${deep.map((_, index) => `:c${index} - [0:0]\n`).join('')}-A FORWARD -m ttl --ttl-gt 10 -j c0\n-A FORWARD -m ttl --ttl-lt 10 -j c0\n${deep.join('\n')}\n-A c4 -m quota ! --quota 70 -j DROP`, times(3, small), '..D'],
  ['tables one behind the other', 4, '-A INPUT -m statistic --mode nth --every 2 --packet 1 -j DROP\nCOMMIT\n*mangle\n-A PREROUTING -m statistic --mode nth --every 3 --packet 0 -j DROP', times(7, own), 'D.DD.DD'],
  ['a quota that runs out in the middle', 4, '-A FORWARD -m quota --quota 100 -j ACCEPT\n-A FORWARD -j DROP', times(5, small), '...DD'],
  ['what does not fit empties it', 4, '-A FORWARD -m quota ! --quota 100 -j DROP', [sized(20), sized(60), sized(4), sized(1)], '.DDD'],
  ['a quota to the byte', 4, '-A FORWARD -m quota ! --quota 64 -j DROP', [small, small, small], '..D'],
  ['a quota of nothing', 4, '-A FORWARD -m quota --quota 0 -j DROP', times(2, small), '..'],
  ['padding does not count', 4, '-A FORWARD -m quota ! --quota 96 -j DROP', times(4, wire(Buffer.concat([bytesOf(udp), Buffer.alloc(14)]))), '...D'],
  ['a burst', 4, '-A FORWARD -m limit --limit 1/hour --limit-burst 3 -j ACCEPT\n-A FORWARD -j DROP', times(5, small), '...DD'],
  ['what the stack does not show', 4, '-A FORWARD -m statistic --mode nth --every 2 --packet 1 -j DROP', [small, wire(bytesOf(udp, { headerChecksum: 'wrong' })), small, small], '.?D.'],
  ['what has no life left', 4, '-A FORWARD -m statistic --mode nth --every 2 --packet 1 -j DROP', [small, wire(bytesOf(udp, { ttl: 1 })), small, small], '.?D.'],
  ['IPv6 counts its fixed header, and what follows it', 6, '-A FORWARD -m quota ! --quota 164 -j DROP', [six(), six({ extensions: [{ kind: 'destination-options', options: new Uint8Array(6) }] }), six(), six({ truncateAll: 0 })], '...D'],
  ['what IPv6 does not show', 6, '-A FORWARD -m statistic --mode nth --every 2 --packet 1 -j DROP', [six(), six({ source: 'ff02::1' }), six({ source: '::1' }), six({ destination: '::1' }), six({ destination: 'ff01::1' }), six()], '.????D'],
];

function compiled(program: Program, topology: Topology): string {
  const { text, diagnostics } = xdp.compile(lower(program).value, { mode: 'exact', strict: false, assume: ['counted-by-one-program'], topology, interface: 'eth0' });
  if (text === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return text;
}

const letters = (drops: readonly boolean[], expected: string): string => drops.map((dropped, index) => (expected[index] === '?' ? '?' : dropped ? 'D' : '.')).join('');

describe.skipIf(!available().ok || !available('xdp').ok)('rules that count, XDP in the kernel against legacy', () => {
  test.each(cases)('%s', async (_name, family, rules, packets, expected) => {
    const text = `*filter\n${rules}\nCOMMIT\n`;
    const told = interpret(family, rules, { sequence: true });
    expect(letters(packets.map((packet) => told.judge(packet).verdict === 'drop'), expected)).toBe(expected);
    const object = await compileXdp(compiled({ rulesets: [parse(text, { file: 'rules', family }).value], sets: [] }, world));
    await withHost(world, async (host) => {
      expect(letters((await runXdp(host, object, packets.map((packet) => ({ bytes: frameOf(packet), inInterface: 'eth0' })))).map((action) => action === 'drop'), expected)).toBe(expected);
      await host.loadLegacy(family, text);
      expect(letters((await host.judge(packets)).map(({ verdict }) => verdict === 'drop'), expected)).toBe(expected);
    });
  });

  test.each([4, 6] as const)('random ones, IPv%i', async (family) => {
    let [judged, dropped] = [0, 0];
    for (const { generated, text, packets } of countingRules(settings.seed, family, settings.rulesets, settings.packets)) {
      const object = await compileXdp(text);
      await withHost(standardTopology, async (host) => {
        const actions = await runXdp(host, object, packets.map((packet) => ({ bytes: frameOf(packet), inInterface: 'eth0' })));
        await host.loadLegacy(family, generated.text);
        (await host.judge(packets)).forEach(({ verdict }, at) => {
          if (verdict === 'unseen') return;
          judged += 1;
          if (verdict === 'drop') dropped += 1;
          if ((verdict === 'drop') !== (actions[at] === 'drop')) expect.fail(`seed ${generated.seed}, packet ${at}: ${verdict}, xdp ${actions[at] ?? ''}: ${Buffer.from(packets[at]?.bytes ?? []).toString('hex')}\n${generated.text}`);
        });
      }, { framed: true });
    }
    console.log(`${judged} packets judged by both, ${dropped} dropped; seed ${settings.seed}`);
    expect(dropped).toBeGreaterThan(0);
  });

  test('two processors lose no packet', async () => {
    const race = await compileC(harnessFile('xdp/race.c'), ['bpf', 'pthread']);
    const text = '*filter\n-A FORWARD -m statistic --mode nth --every 2147483647 --packet 5 -j DROP\nCOMMIT\n';
    const object = await compileXdp(compiled({ rulesets: [parse(text, { file: 'rules', family: 4 }).value], sets: [] }, world));
    await withHost(world, async (host) => {
      const { status, stdout, stderr } = await host.runBinary([race, object, '2', '100000'], frameOf(small));
      expect([status, stderr, Buffer.from(stdout).toString()]).toEqual([0, '', '200000\n']);
    });
  });
});
