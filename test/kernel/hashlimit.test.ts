import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { Family, PacketInput } from '../../src/ir/index.js';
import type { PacketSpec, TransportSpec } from '../../src/packet/index.js';
import { interpret } from '../interpreter/judging.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { bytesOf, wire, world } from './world.js';

const one = (transport: TransportSpec, spec: Partial<PacketSpec> = {}): PacketInput => wire(bytesOf(transport, spec));
const udp = (sourcePort: number, destinationPort: number, size = 4): TransportSpec => ({ kind: 'udp', sourcePort, destinationPort, data: new Uint8Array(size) });
const of = (count: number, size = 4): readonly PacketInput[] => Array<PacketInput>(count).fill(one(udp(1, 2, size)));
const esp = (spi: number): TransportSpec => ({ kind: 'esp', spi, data: new Uint8Array(8) });
const ah = (spi: number): TransportSpec => ({ kind: 'raw', protocol: 51, data: Uint8Array.of(17, 4, 0, 0, spi >>> 24, spi >>> 16, spi >>> 8, spi, 0, 0, 0, 1) });
const from = (sources: readonly string[], family: Family = 4): readonly PacketInput[] => sources.map((source) => one(udp(1, 2), { family, source }));
const sixth = { family: 6 } as const;
const later: Partial<PacketSpec> = { fragment: { offset: 8, more: false } };
const mixed = [one(udp(1, 2)), one(udp(1, 3)), one(udp(1, 2)), one(esp(0x10002)), one(esp(0x10002)), one(ah(0x10002)), one(ah(0x10002)), one({ kind: 'icmp', type: 8, code: 0, rest: 1 }), one({ kind: 'icmp', type: 0, code: 0, rest: 2 }), one({ kind: 'gre', data: new Uint8Array(4) })];

/** Refill takes far longer than a test: `name`, family, rules behind `-A FORWARD`, packets. Matching rules mark; the mark tells which. */
const cases: readonly [name: string, family: Family, rules: readonly string[], packets: readonly PacketInput[]][] = [
  ['bytes, no burst', 4, ['--hashlimit-upto 1kb/s --hashlimit-name a -m quota --quota 999999'], of(3, 400)],
  ['bytes, packets of whole lumps', 4, ['--hashlimit-upto 1kb/s --hashlimit-name a'], of(5, 228)],
  ['bytes below one packet a second', 4, ['--hashlimit-upto 16b/s --hashlimit-name a'], of(3, 4)],
  ['bytes, as many fillings as the burst', 4, ['--hashlimit-upto 16b/s --hashlimit-burst 64b --hashlimit-name a'], of(9, 200)],
  ['bytes, above', 4, ['--hashlimit-above 32b/s --hashlimit-burst 96b --hashlimit-name a'], of(9, 300)],
  ['no packet is more than a second', 4, ['--hashlimit-above 16b/s --hashlimit-burst 48b --hashlimit-mode srcip --hashlimit-name a'], [...of(2, 4), ...of(6, 1200)]],
  ['upto', 4, ['--hashlimit-upto 1/hour --hashlimit-burst 3 --hashlimit-name a'], of(6)],
  ['above', 4, ['--hashlimit-above 7/day --hashlimit-burst 2 --hashlimit-name a'], of(5)],
  ['above, the other way about', 4, ['! --hashlimit-above 7/day --hashlimit-burst 2 --hashlimit-name a'], of(5)],
  ['a table that rules share', 4, ['--hashlimit-upto 1/hour --hashlimit-burst 4 --hashlimit-name a', '--hashlimit-above 9/day --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name a'], [...of(5), ...from(['10.0.0.9'])]],
  ['bytes and packets in one table', 4, ['--hashlimit-upto 16b/s --hashlimit-burst 48b --hashlimit-name a', '--hashlimit-upto 1/hour --hashlimit-name a'], of(8, 200)],
  ['packets and bytes in one table', 4, ['--hashlimit-upto 1/day --hashlimit-burst 9 --hashlimit-name a', '--hashlimit-upto 16b/s --hashlimit-name a'], of(12, 10)],
  ['masks', 4, ['--hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip,dstip --hashlimit-srcmask 25 --hashlimit-dstmask 0 --hashlimit-name a'], from(['10.0.0.5', '10.0.0.100', '10.0.0.128', '10.0.0.200', '10.0.3.5'])],
  ['masks, IPv6', 6, ['--hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-srcmask 61 --hashlimit-name a'], from(['2001:db8::5', '2001:db8:0:7::1', '2001:db8:0:8::1', '2001:db8:0:f::1'], 6)],
  ['ports, and what stands in their place', 4, ['--hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcport,dstport --hashlimit-name a'], mixed],
  ['the destination port of any protocol', 4, ['--hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name a'], mixed],
  ['a header too short for ports', 4, ['--hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcport --hashlimit-name a'], [one(udp(1, 2), { truncate: 3 }), one(udp(1, 2), { truncate: 4 }), one({ kind: 'raw', protocol: 47, data: new Uint8Array(2) })]],
  ['later fragments', 4, ['--hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name a'], [one(udp(1, 2)), one(udp(1, 2), later), one(udp(1, 3), later), one(udp(1, 3), { ...later, truncate: 3 })]],
  ['later fragments, IPv6', 6, ['--hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name a'], [one(udp(1, 2), sixth), one(udp(1, 2), { ...sixth, ...later }), one(udp(1, 3), { ...sixth, ...later }), one({ kind: 'raw', protocol: 59, data: new Uint8Array(4) }, sixth), one({ kind: 'raw', protocol: 58, data: new Uint8Array(4) }, sixth)]],
  ['room for two', 4, ['--hashlimit-upto 1/hour --hashlimit-mode srcip --hashlimit-htable-size 1 --hashlimit-htable-max 2 --hashlimit-name a'], from(['10.0.0.5', '10.0.0.6', '10.0.0.7', '10.0.0.6', '10.0.0.8'])],
  ['room for as many as there are heads', 4, ['--hashlimit-upto 1/hour --hashlimit-mode srcip --hashlimit-htable-size 3 --hashlimit-htable-max 1 --hashlimit-name a'], from(['10.0.0.5', '10.0.0.6', '10.0.0.7', '10.0.0.8'])],
  ['a rate that is matched, packets', 4, ['--hashlimit-above 2/sec --hashlimit-burst 3 --hashlimit-rate-match --hashlimit-rate-interval 3600 --hashlimit-name a'], of(8)],
  ['a rate that is matched, by the minute', 4, ['--hashlimit-upto 2/min --hashlimit-burst 1 --hashlimit-rate-match --hashlimit-rate-interval 3600 --hashlimit-name a'], of(8)],
  ['a rate that is matched, bytes', 4, ['--hashlimit-upto 160b/s --hashlimit-rate-match --hashlimit-rate-interval 3600 --hashlimit-name a'], of(8, 12)],
  ['a rate that is matched, bytes and a burst', 4, ['--hashlimit-above 160b/s --hashlimit-burst 320b --hashlimit-rate-match --hashlimit-rate-interval 3600 --hashlimit-name a'], of(12, 12)],
  ['two chains, the hook first', 4, ['--hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name a -j u'], from(['10.0.0.5', '10.0.0.5', '10.0.0.5', '10.0.0.6'])],
];

test('one table counts in one way: the kernel refuses the rest, and so does the grammar', async () => {
  const [tokens, rate] = ['', ' --hashlimit-rate-match'].map((more) => `-A FORWARD -m hashlimit --hashlimit-upto 9/sec${more} --hashlimit-name a\n`);
  const [both, other] = [`*filter\n${tokens}${rate}COMMIT\n`, `*filter\n${rate}${rate}COMMIT\n*raw\n${tokens?.replace('FORWARD', 'OUTPUT')}COMMIT\n`];
  for (const text of [both, other]) expect(parse(text, { file: '-', family: 4 }).diagnostics.map(({ code }) => code)).toEqual(['kernel-refuses']);
  if (!available().ok) return;
  await withHost(world, async (host) => {
    for (const text of [both, other]) await expect(host.loadLegacy(4, text)).rejects.toThrow(/line \d+ failed/);
  });
});

describe.skipIf(!available().ok)('what -m hashlimit lets through, the interpreter against the kernel', () => {
  test.each(cases)('%s', async (_name, family, rules, packets) => {
    const lines = rules.map((rule, index) => `-A FORWARD -m hashlimit ${rule}${rule.includes('-j') ? '' : ` -j MARK --or-mark ${1 << index}`}`);
    const shared = rules.join().includes('-j u') ? '-m hashlimit --hashlimit-upto 5/day --hashlimit-name a' : '';
    const text = `*filter\n:u -\n-A u ${shared} -j MARK --or-mark 0x100\n${lines.join('\n')}\nCOMMIT\n`;
    const told = interpret(family, text, { sequence: true });
    const expected = packets.map((packet) => comparable(told.judge(packet)));
    await withHost(world, async (host) => {
      // A bucket of bytes is full again after a second: a run that took so long says nothing.
      for (let spent = Infinity; spent > 900; ) {
        await host.loadLegacy(family, '*filter\nCOMMIT\n');
        await host.loadLegacy(family, text);
        const start = Date.now();
        const outcomes = await host.judge(packets);
        spent = text.includes('b/s') ? Date.now() - start : 0;
        if (spent <= 900) expect(outcomes.map(comparable)).toEqual(expected);
      }
    });
    expect(new Set(expected).size, 'not all alike').toBeGreaterThan(1);
  });
});
