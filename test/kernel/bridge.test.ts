import { describe, expect, test } from 'vitest';
import type { Family, PacketInput, Topology } from '../../src/ir/index.js';
import { interpret } from '../interpreter/judging.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { bytesOf, syn, udp, wire } from './world.js';

/** A bridge of two ports with an address of its own, and a network behind it. */
const topology: Topology = {
  ifaces: [
    { name: 'br0', addr: ['10.0.0.1/24', '2001:db8::1/64'], mac: '02:00:00:00:01:0a' },
    { name: 'eth0', addr: [], mac: '02:00:00:00:01:01', bridge: 'br0' },
    { name: 'eth1', addr: [], mac: '02:00:00:00:01:02', bridge: 'br0' },
    { name: 'eth2', addr: ['10.0.2.1/24', '2001:db8:2::1/64'], mac: '02:00:00:00:01:03' },
  ],
};

const frame = (destination: string, family: Family): Uint8Array => Uint8Array.from(Buffer.from(`${destination}0200000000aa${family === 4 ? '0800' : '86dd'}`, 'hex'));
const [bridge, port, stranger] = ['02000000010a', '020000000102', '0200000000bb'];

const at = {
  4: { host: '10.0.0.1', near: '10.0.0.9', far: '10.0.2.9' },
  6: { host: '2001:db8::1', near: '2001:db8::9', far: '2001:db8:2::9' },
} as const;

/** To the host, through it, over the bridge and past it. */
function flow(family: Family): readonly PacketInput[] {
  const { host, near, far } = at[family];
  const cases = [
    ['eth0', host, bridge], ['eth1', host, bridge], ['eth0', far, bridge], ['eth1', far, bridge], ['eth0', near, stranger], ['eth1', near, stranger], ['eth0', far, stranger], ['eth1', host, stranger],
    ['eth2', near, '020000000103'], ['eth2', host, '020000000103'], ['eth2', near, stranger], ['eth0', near, bridge], ['eth1', host, port],
  ] as const;
  return cases.flatMap(([inInterface, destination, mac]) => [udp, syn].map((transport): PacketInput => wire(bytesOf(transport, { family, destination }), { id: `${transport.kind} to ${destination} by ${inInterface} for ${mac}`, inInterface, ethernet: frame(mac, family) })));
}

const options = [
  '--physdev-is-in', '! --physdev-is-in', '--physdev-in eth0', '! --physdev-in eth0', '--physdev-in eth+', '--physdev-is-bridged', '! --physdev-is-bridged', '--physdev-is-bridged --physdev-out eth1', '--physdev-is-bridged ! --physdev-out eth1',
  '! --physdev-is-bridged --physdev-in eth1', '--physdev-is-bridged --physdev-in eth1 --physdev-is-out', '! --physdev-is-in ! --physdev-is-out ! --physdev-is-bridged',
];
/** Without `--physdev-is-bridged` these are for the chains behind routing. */
const leaving = ['--physdev-is-out', '! --physdev-is-out', '--physdev-out eth0', '! --physdev-out eth0'];

describe.skipIf(!available().ok)('physdev: what crosses a bridge, and what it carries to the host', () => {
  test.each(([4, 6] as const).flatMap((family) => ['PREROUTING', 'INPUT', 'FORWARD', 'POSTROUTING'].map((chain) => ({ family, chain }))))('IPv$family in $chain', async ({ family, chain }) => {
    const packets = flow(family);
    await withHost(topology, async (host) => {
      const answers = new Set<number | undefined>();
      for (const option of [...options, ...(chain === 'FORWARD' || chain === 'POSTROUTING' ? leaving : [])]) {
        const rules = `*mangle\n-A ${chain} -m physdev ${option} -j MARK --set-xmark 0x7777/0xffffffff\nCOMMIT\n`;
        await host.loadLegacy(family, rules);
        const legacy = (await host.judge(packets)).map((outcome, index) => `${packets[index]?.id} ${comparable(outcome)}`);
        const told = interpret(family, rules, { topology });
        const outcomes = packets.map((packet) => told.judge(packet));
        expect(outcomes.map((outcome, index) => `${packets[index]?.id} ${comparable(outcome)}`), option).toEqual(legacy);
        for (const { mark } of outcomes) answers.add(mark);
      }
      expect([...answers]).toEqual(expect.arrayContaining([0, 0x7777]));
    }, { framed: true });
  });
});
