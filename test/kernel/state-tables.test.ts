import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { AssumptionId, Family, Outcome, PacketInput } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { createRandom, type Random } from '../../src/probe/random.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { nftables } from '../../targets/nftables/index.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { type Host, withHost } from './host.js';
import { bytesOf, wire, world } from './world.js';

const count = Number(process.env['FERRULE_PACKETS'] ?? 300);
const seed = Number(process.env['FERRULE_SEED'] ?? 1);

/** Hosts of two networks, few ports: every table of keys is met again and again. Some packets belong to the connections of others. */
function flow(count: number, family: Family, random: Random, closings: boolean): readonly PacketInput[] {
  const sources = family === 4 ? ['10.0.0.5', '10.0.0.6', '10.0.0.200', '10.0.3.7', '10.0.3.8'] : ['2001:db8::5', '2001:db8::6', '2001:db8:0:7::1', '2001:db8:0:7::2'];
  const destinations = family === 4 ? ['10.0.1.7', '10.0.1.8'] : ['2001:db8:1::7', '2001:db8:1::8'];
  return Array.from({ length: count }, (_, index) => {
    const [sourcePort, destinationPort] = [random.pick([1000, 1001, 1002, 1003, 1004, 1005]), random.pick([53, 80])];
    const [source, destination] = [random.pick(sources), random.pick(destinations)];
    const transport = random.pick([
      { kind: 'udp', sourcePort, destinationPort, data: new Uint8Array(random.below(40)) },
      { kind: 'tcp', sourcePort, destinationPort, flags: 2, sequence: 1000 },
      { kind: 'tcp', sourcePort, destinationPort, flags: closings ? random.pick([0x10, 4, 0x11]) : 0x10, sequence: 1001, acknowledgement: 1 },
      { kind: 'icmp', type: family === 4 ? 8 : 128, code: 0, rest: (sourcePort << 16) | 1 },
    ] as const);
    const back = transport.kind === 'udp' && random.chance(0.2);
    if (!back) return wire(bytesOf(transport, { family, source, destination }), { id: String(index) });
    return wire(bytesOf({ ...transport, sourcePort: destinationPort, destinationPort: sourcePort }, { family, source: destination, destination: source }), { id: String(index), inInterface: 'eth1' });
  });
}

interface Case {
  readonly families?: readonly Family[];
  readonly rules: readonly string[];
  readonly assume?: readonly AssumptionId[];
  /** Milliseconds before each packet whose number is a multiple of `every`. */
  readonly pace?: { readonly every: number; readonly wait: number };
  /** No packet sees another answer. */
  readonly one?: true;
}

/** Longer than one of the kernel's clock: it looks for closed connections once in each. */
const tick: Case['pace'] = { every: 1, wait: 6 };
/** Rests of which one is within a second and two are not, and within which 5/sec gives back three and a half. */
const rests: Case['pace'] = { every: 50, wait: 700 };

const cases: readonly Case[] = [
  ...['above 0', 'above 3', 'above 3 --connlimit-daddr', 'above 4294967295', 'upto 0', 'upto 3', 'upto 4294967295'].map((words): Case => ({ rules: [`-m connlimit --connlimit-${words}`], ...(/ 0$|967295/.test(words) ? { one: true } : words === 'above 3' ? { pace: tick } : {}) })),
  { families: [4], rules: ['-m connlimit --connlimit-above 5 --connlimit-mask 24'] },
  { families: [4], rules: ['-m connlimit --connlimit-above 9 --connlimit-mask 0'] },
  { families: [6], rules: ['-m connlimit --connlimit-above 5 --connlimit-mask 64'] },
  { rules: ['-p tcp --syn -m connlimit --connlimit-above 2', '-p udp -m connlimit ! --connlimit-above 2'] },
  ...['upto 1/min --hashlimit-burst 5', 'above 1/min --hashlimit-burst 5', 'upto 1/hour --hashlimit-burst 5', 'above 1/day --hashlimit-burst 1'].map((words): Case => ({ rules: [`-m hashlimit --hashlimit-${words} --hashlimit-name all`] })),
  ...['srcip', 'dstip', 'srcip,dstip'].map((mode): Case => ({ rules: [`-m hashlimit --hashlimit-upto 1/min --hashlimit-burst 7 --hashlimit-mode ${mode} --hashlimit-name h`] })),
  ...['srcport', 'srcip,dstport', 'srcip,srcport,dstip,dstport'].map((mode): Case => ({ rules: [`-p udp -m hashlimit --hashlimit-above 1/min --hashlimit-burst 2 --hashlimit-mode ${mode} --hashlimit-name h`] })),
  { families: [4], rules: ['-m hashlimit --hashlimit-above 1/min --hashlimit-burst 9 --hashlimit-mode srcip --hashlimit-srcmask 24 --hashlimit-name h'] },
  { families: [6], rules: ['-p tcp -m hashlimit --hashlimit-above 1/min --hashlimit-burst 9 --hashlimit-mode srcip,dstport --hashlimit-srcmask 64 --hashlimit-name h'] },
  { rules: ['above', 'upto', 'above'].map((words, index) => `${['', '-p udp', '-p tcp'][index]} -m hashlimit --hashlimit-${words} 1/min --hashlimit-burst 20 --hashlimit-mode srcip --hashlimit-name shared`) },
  { rules: ['above 1/min --hashlimit-burst 20', 'above 2/hour --hashlimit-burst 3'].map((words, index) => `${['-p udp', '-p tcp'][index]} -m hashlimit --hashlimit-${words} --hashlimit-mode ${['srcip', 'dstip'][index]} --hashlimit-name first`) },
  { rules: ['-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-htable-expire 9000 --hashlimit-name h'], pace: rests },
  ...(['packets', 'bytes', 'avgpkt'] as const).map((mode): Case => ({ rules: (['original', 'reply', 'both'] as const).flatMap((direction) => ['', '! '].map((not) => `-m connbytes ${not}--connbytes ${{ packets: '2:4', bytes: '70:200', avgpkt: '45' }[mode]} --connbytes-mode ${mode} --connbytes-dir ${direction}`)) })),
  { rules: ['-p udp --dport 53 -m recent --set --name a', '-m recent --rcheck --name a', '-m recent ! --rcheck --name a --rdest'] },
  { rules: ['-p udp --dport 53 -m recent --set --name a', '-p tcp -m recent --remove --name a', '-m recent --rcheck --name a', '-p icmp -m recent ! --set --name a'], families: [4] },
  { rules: ['-p udp -m recent --update --seconds 1 --name a', '-m recent --rcheck --seconds 1 --name a', '-p tcp --syn -m recent --set --name a', '-m recent --rcheck --seconds 100 --name a'], pace: { every: 8, wait: 700 }, families: [4] },
  { rules: ['-p udp -m recent --rcheck --seconds 1 --name a --mask 255.255.255.0 -m recent --remove --name a --mask 255.255.255.0', '-p tcp --dport 80 -m recent --set --name a --mask 255.255.255.0'], families: [4] },
  { rules: ['-m recent --rcheck --name a --mask ffff:ffff:ffff:ffff::', '-p udp -m recent --set --name a --mask ffff:ffff:ffff:ffff::'], families: [6] },
];

const all = cases.flatMap(({ families = [4, 6], ...rest }) => families.map((family) => ({ ...rest, family, name: rest.rules.join('; ') })));

async function paced(host: Host, packets: readonly PacketInput[], pace: Case['pace']): Promise<readonly Outcome[]> {
  if (pace === undefined) return host.judge(packets);
  const outcomes: Outcome[] = [];
  for (let at = 0; at < packets.length; at += pace.every) {
    outcomes.push(...(await host.judge(packets.slice(at, at + pace.every))));
    await setTimeout(pace.wait);
  }
  return outcomes;
}

describe.skipIf(!available().ok)('tables of keys: nft beside legacy xtables, packet by packet', () => {
  test.each(all)('IPv$family $name', async ({ family, rules, assume = [], one, pace }) => {
    const filter = `*mangle\n${rules.map((rule, index) => `-A FORWARD ${rule} -j MARK --or-mark ${1 << index}\n`).join('')}COMMIT\n`;
    const program = { rulesets: [parse(filter, { file: 'rules', family }).value], sets: [] };
    const { text, diagnostics } = nftables.compile(lower(program).value, { strict: false, assume });
    if (text === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '));
    const packets = flow(pace === undefined || pace === tick ? count : pace.every * 7, family, createRandom(seed), pace === tick);
    const [legacy, nft] = await Promise.all([
      withHost(world, async (host) => {
        await host.loadLegacy(family, filter);
        return paced(host, packets, pace);
      }, { connectionsLast: true }),
      withHost(world, async (host) => {
        await host.loadNft(text);
        return paced(host, packets, pace);
      }, { connectionsLast: true }),
    ]);
    const shown = (outcome: Outcome | undefined): string => (outcome === undefined ? 'none' : comparable(outcome).replaceAll('\n', ', '));
    const differing = packets.flatMap(({ id }, index) => {
      const [one, other] = [shown(legacy[index]), shown(nft[index])];
      return one === other ? [] : [`${id}: legacy ${one}; nft ${other}`];
    });
    expect(differing).toEqual([]);
    if (pace === undefined) {
      const told = createInterpreter(program, { topology: world, sequence: true });
      // The emulated stack does not know the states of TCP, by which the kernel tells what belongs to a connection.
      const known = packets.map((_, index) => index).filter((index) => !rules.join().includes('connbytes') || packets[index]?.bytes[family === 4 ? 9 : 6] !== 6);
      expect(known.map((index) => (packets[index] === undefined ? '' : shown(told.judge(packets[index]))))).toEqual(known.map((index) => shown(legacy[index])));
    }
    expect(new Set(legacy.map(({ mark }) => mark)).size).toBeGreaterThan(one === true ? 0 : 1);
  });
});
