import { describe, expect, test } from 'vitest';
import type { Family, PacketInput } from '../../src/ir/index.js';
import { interpret } from '../interpreter/judging.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { bytesOf, toRouter, udp, wire, world } from './world.js';

const forwarded = (source: string, id: string, ttl = 64): PacketInput => wire(bytesOf(udp, { source, ttl }), { id });
const flow = (sources: readonly string[]): readonly PacketInput[] => sources.map((source, index) => forwarded(source, String(index)));
const hosts = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${prefix}${index + 2}`);

/** Each a list's whole life: every packet changes what the next one meets. */
const cases: readonly [name: string, family: Family, rules: string, packets: readonly PacketInput[]][] = [
  ['set, then rcheck', 4, '-A FORWARD -m recent --rcheck --name a -j DROP\n-A FORWARD -m recent --set --name a', flow(['10.0.0.5', '10.0.0.5', '10.0.0.6', '10.0.0.5', '10.0.0.6'])],
  ['update remembers, rcheck does not', 4, '-A FORWARD -m recent --update --hitcount 3 --name a -j DROP\n-A FORWARD -m recent --rcheck --hitcount 2 --name a -j MARK --set-mark 2\n-A FORWARD -m recent --set --name a', flow(Array(7).fill('10.0.0.5'))],
  ['not update', 4, '-A FORWARD -m recent ! --update --hitcount 2 --name a -j MARK --or-mark 1\n-A FORWARD -m recent --set --name a -j MARK --or-mark 2', flow(Array(5).fill('10.0.0.5'))],
  ['not set never holds', 4, '-A FORWARD -m recent ! --set --name a -j DROP\n-A FORWARD -m recent --rcheck --name a -j MARK --set-mark 1', flow(['10.0.0.5', '10.0.0.5'])],
  ['remove', 4, '-A FORWARD -m recent --remove --name a -j DROP\n-A FORWARD -m recent --set --name a', flow(Array(5).fill('10.0.0.5'))],
  ['a mask', 4, '-A FORWARD -m recent --rcheck --name a --mask 255.255.255.0 -j DROP\n-A FORWARD -m recent --set --name a --mask 255.255.255.0', flow(['10.0.0.5', '10.0.0.9', '10.0.0.200'])],
  ['the mask of the first rule goes for the list', 4, '-A FORWARD -m recent --rcheck --name a --mask 255.255.255.0 -j DROP\n-A FORWARD -m recent --set --name a', flow(['10.0.0.5', '10.0.0.9'])],
  ['the destination', 4, '-A FORWARD -m recent --rcheck --name a --rdest -j DROP\n-A FORWARD -m recent --set --name a --rdest', flow(['10.0.0.5', '10.0.0.9'])],
  ['a hundred addresses, the oldest goes', 4, '-A FORWARD -m recent --rcheck --name a -j DROP\n-A FORWARD -m recent --set --name a', [...flow(hosts('10.0.0.', 101)), forwarded('10.0.0.2', 'first'), forwarded('10.0.0.102', 'last'), forwarded('10.0.0.4', 'third')]],
  ['more stamps than a ring of 32', 4, '-A FORWARD -m recent --rcheck --hitcount 40 --name b -j DROP\n-A FORWARD -m recent --set --name b', flow(Array(42).fill('10.0.0.5'))],
  ['the TTL, one more where forwarded', 4, '-A FORWARD -m recent --rcheck --rttl --name a -j DROP\n-A INPUT -m recent --rcheck --rttl --name a -j DROP\n-A INPUT -m recent --set --name a', [toRouter(udp), toRouter(udp, { ttl: 63 }), forwarded('10.0.0.5', 'same', 64), forwarded('10.0.0.5', 'other', 65)]],
  ['seconds within', 4, '-A FORWARD -m recent --update --seconds 60 --hitcount 2 --name a -j DROP\n-A FORWARD -m recent --set --name a', flow(Array(4).fill('10.0.0.5'))],
  ['IPv6', 6, '-A FORWARD -m recent --rcheck --name a --mask ffff:ffff:ffff:ffff:: -j DROP\n-A FORWARD -m recent --set --name a', ['2001:db8::5', '2001:db8::6', '2001:db8:0:1::5'].map((source, index) => wire(bytesOf(udp, { family: 6, source }), { id: String(index) }))],
];

describe.skipIf(!available().ok)('what -m recent remembers, the interpreter against the kernel', () => {
  test.each(cases)('%s', async (_name, family, rules, packets) => {
    const told = interpret(family, rules, { sequence: true });
    const expected = packets.map((packet) => comparable(told.judge(packet)));
    await withHost(world, async (host) => {
      await host.loadLegacy(family, `*filter\n${rules}\nCOMMIT\n`);
      expect((await host.judge(packets)).map(comparable)).toEqual(expected);
    });
  });
});
