import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import { coreEngine } from '../../src/evaluate/index.js';
import type { Family, PacketInput, Program } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { fromHex } from '../../src/packet/index.js';
import { createHost } from '../../src/stack/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { standardTopology } from '../generators/pool.js';
import { available, comparable, withHost } from '../kernel/index.js';
import { interpretersHelp } from '../lower/help.js';

interface Found {
  readonly name: string;
  readonly family: Family;
  readonly table: string;
  readonly rules: readonly string[];
  /** Shown in this order, and so often; from here, or on this interface. */
  readonly packets: readonly { readonly on?: string; readonly hex: string; readonly times?: number }[];
  /** The core does not say what becomes of it. */
  readonly unsaid?: true;
}

/** What random rules and packets have found, as small as it goes. */
const found: readonly Found[] = [
  { name: 'HMARK takes all that may be an ICMPv6 error for one', family: 6, table: 'raw', unsaid: true, rules: ['-A OUTPUT -j HMARK --hmark-src-prefix 32 --hmark-dst-prefix 32 --hmark-sport-mask 0xffff --hmark-proto-mask 0xff --hmark-rnd 0x00000007 --hmark-mod 100000'],
    packets: [{ hex: '6000000000083a4020010db800000001000000000000000120010db80000000100000000000000027f00254400010001' }] },
  { name: 'the entry of no flow that CT leaves is confirmed', family: 6, table: 'raw', rules: ['-A OUTPUT -j CT --zone-reply 7', '-A OUTPUT -m conntrack ! --ctstatus SEEN_REPLY,CONFIRMED -j DROP'],
    packets: [{ hex: '600000000014064020010db800090000000000000000000520010db80000000100000000000000019c400050000003e8000000005002ffffb3e80000' }] },
  { name: 'an ICMP error to a group has TTL 1', family: 4, table: 'filter', rules: ['-A OUTPUT -j REJECT --reject-with icmp-net-unreachable'],
    packets: [{ hex: '4502002800010000400680ceeffffffa0a0000059c400050000003e8000000005002ffff156b0000' }] },
  { name: 'DNPT maps what an ICMPv6 error quotes', family: 6, table: 'mangle', unsaid: true, rules: ['-A OUTPUT -j DNPT --src-pfx 2001:db8:1:1::/64 --dst-pfx 2001:db8:0:1::/64'],
    packets: [{ on: 'eth2', hex: '610000000008870120010db80001000100000000000000c820010db8000a000000000000000000073b01000000000000' }] },
  { name: 'SNPT maps what an ICMPv6 error quotes', family: 6, table: 'mangle', unsaid: true, rules: ['-A POSTROUTING -j SNPT --src-pfx 2001:db8:0:1::/64 --dst-pfx 2001:db8:2:1::/64'],
    packets: [{ on: 'eth0', hex: '6000000000383a3f20010db80000000100000000000000' + '0520010db80001000100000000000000070100' + '000000000000' + '60000000000811402001' + '0db800010001000000000000000720010db8000000010000000000000005' + '00359c4000080000' }] },
  { name: 'a burst of credit that wraps lets one packet through', family: 4, table: 'mangle', unsaid: true, rules: ['-A OUTPUT -m hashlimit --hashlimit-above 1/day --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name wraps -j DROP', '-A OUTPUT -m limit --limit 1/day --limit-burst 6 -j TOS --set-tos 0x10'],
    packets: [{ hex: '4500001c00010000401166cb0a0000010a0000059c40005000084f48', times: 4 }] },
  { name: 'protocols without ports have port 0 for hashlimit', family: 6, table: 'mangle', rules: ['-A OUTPUT -p 255 -m hashlimit --hashlimit-above 1/hour --hashlimit-burst 3 --hashlimit-mode srcport --hashlimit-name ports -j DROP'],
    packets: [{ hex: '600000000000ff4020010db800000001000000000000000120010db8000000010000000000000002', times: 5 }] },
  { name: 'a packet that no connection could be of is dropped where connections are counted', family: 4, table: 'filter', rules: ['-A OUTPUT -m connlimit --connlimit-above 0 --connlimit-mask 32 -j RETURN'],
    packets: [{ hex: '4500001500010000401165d60a0000010a0001019c' }] },
];

const text = ({ table, rules }: Found): string => `*${table}\n${rules.join('\n')}\nCOMMIT\n`;

const packetsOf = (one: Found): readonly PacketInput[] => one.packets.flatMap(({ on, hex, times = 1 }, index) => Array.from({ length: times }, (_, time): PacketInput => {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(hex);
  return { id: `${index}.${time}`, bytes, ...(on === undefined ? { origin: 'local' } : { origin: 'wire', inInterface: on }) };
}));

describe.skipIf(!available().ok)('what was found once, the kernel, the interpreter and the core judge alike', () => {
  it.each(found.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const program: Program = { rulesets: [parse(text(one), { file: 'found', family: one.family }).value], sets: [] };
    const packets = packetsOf(one);
    const kernel = await withHost(standardTopology, async (host) => {
      await host.loadLegacy(one.family, text(one));
      return (await host.judge(packets)).map(comparable);
    });
    const { judge } = createInterpreter(program, { topology: standardTopology, sequence: true });
    expect(packets.map((packet) => comparable(judge(packet)))).toEqual(kernel);
    const core = lower(program).value;
    const host = createHost({ engines: [coreEngine(core, one.family, interpretersHelp(program))], topology: standardTopology, sequence: true });
    const said = packets.map((packet) => host.judge(packet));
    if (one.unsaid !== true) expect(said.map(comparable)).toEqual(kernel);
  });
});
