import { describe, expect, test } from 'vitest';
import { parse, parseSets } from '../../grammar/index.js';
import { lower } from '../../src/lower/index.js';
import { nftables } from '../../targets/nftables/index.js';
import { createModel, lowerToNft } from '../../targets/nftables/index.js';
import { createHost } from '../../src/stack/index.js';
import type { PacketInput } from '../../src/ir/index.js';
import { available } from './available.js';
import { withHost, type Host } from './host.js';
import { bytesOf, wire, world } from './world.js';

const sets = `create n hash:net family inet
add n 10.0.0.0/8
add n 10.0.0.0/24 nomatch
add n 10.0.0.5
add n 192.168.0.0/16
create i hash:ip family inet
add i 10.0.0.5
add i 10.0.1.7
create im hash:ip family inet netmask 24
add im 10.0.0.0
create ip hash:ip,port family inet
add ip 10.0.0.5,tcp:80
add ip 10.0.0.5,udp:53
add ip 10.0.0.6,icmp:echo-request
add ip 10.0.0.6,sctp:7
add ip 10.0.0.5,gre:0
create ipi hash:ip,port,ip family inet
add ipi 10.0.0.5,tcp:80,10.0.1.7
create ipn hash:ip,port,net family inet
add ipn 10.0.0.5,tcp:80,10.0.1.0/24
add ipn 10.0.0.5,tcp:80,10.0.1.8 nomatch
create np hash:net,port family inet
add np 10.0.0.0/24,udp:53
add np 10.0.0.6,udp:53 nomatch
create nif hash:net,iface family inet
add nif 10.0.0.0/24,eth0
add nif 10.0.1.0/24,eth1
create bi bitmap:ip range 10.0.0.0-10.0.0.255
add bi 10.0.0.5-10.0.0.6
create bp bitmap:port range 0-65535
add bp 80
add bp 7
create six hash:ip family inet6
add six 2001:db8::5
create l list:set
add l i
add l n
add l ip
add l six
create t hash:ip family inet timeout 600
add t 10.0.0.6 timeout 500
create e hash:ip family inet
`;

const tests = [
  'n src', 'n dst', 'n src --return-nomatch', 'i src', 'i dst', 'im src', 'ip src,dst', 'ip src,src', 'ipi src,dst,dst', 'ipn src,dst,dst', 'ipn src,dst,dst --return-nomatch',
  'np src,dst', 'nif src,src', 'nif dst,src', 'bi src', 'bp dst', 'bp src', 'l src', 'l src,dst', 't src', 'e src',
];

/** Each rule leaves a bit, plain ones in one run and inverted ones in the other. */
const rules = (inverted: boolean): string =>
  `*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${tests
    .map((words, index) => {
      const [set, sides, ...more] = words.split(' ');
      return `-A PREROUTING -m set ${inverted ? '! ' : ''}--match-set ${set} ${sides}${more.map((word) => ` ${word}`).join('')} -j MARK --set-xmark 0x${(2 ** index).toString(16)}/0x${(2 ** index).toString(16)}\n`;
    })
    .join('')}COMMIT\n`;

const tcp = (destinationPort: number) => ({ kind: 'tcp', sourcePort: 80, destinationPort, flags: 2, sequence: 1 }) as const;
const udp = (destinationPort: number) => ({ kind: 'udp', sourcePort: 7, destinationPort, data: new Uint8Array(4) }) as const;
const raw = (protocol: number, data: readonly number[]) => ({ kind: 'raw', protocol, data: Uint8Array.from(data) }) as const;

const packets: readonly PacketInput[] = ['10.0.0.5', '10.0.0.6', '10.0.1.7', '10.0.9.9', '172.16.0.1'].flatMap((source) =>
  ['10.0.1.7', '10.0.1.8', '10.0.2.9'].flatMap((destination) =>
    [
      bytesOf(tcp(80), { source, destination }),
      bytesOf(tcp(7), { source, destination }),
      bytesOf(udp(53), { source, destination }),
      bytesOf({ kind: 'icmp', type: 8, code: 0, data: new Uint8Array(8) }, { source, destination }),
      bytesOf(raw(132, [0, 80, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 4]), { source, destination }),
      bytesOf(raw(47, [0, 0, 0, 0]), { source, destination }),
      bytesOf(raw(6, [0, 80, 0, 80, 0, 0, 0, 0]), { source, destination }),
      bytesOf(raw(17, [0, 7, 0, 53]), { source, destination }),
    ].map((bytes, index) => wire(bytes, { id: `${source} ${destination} ${index}` })),
  ),
);

const marks = async (host: Host): Promise<readonly string[]> => (await host.judge(packets)).map(({ id, verdict, mark }) => `${id} ${verdict} ${(mark ?? 0).toString(2)}`);

describe.skipIf(!available().ok)('sets of every type that nft has a form for', () => {
  test.each([[false, true], [true, true], [false, false], [true, false]] as const)('inverted %s, strict %s: as ipset judges', async (inverted, strict) => {
    const text = rules(inverted);
    const { value } = parse(text, { file: 'rules', family: 4 });
    const core = lower({ rulesets: [value], sets: parseSets(sets, { file: 'sets' }).value }).value;
    const options = { strict, assume: ['sets-as-given'] as const };
    const { text: script, diagnostics } = nftables.compile(core, options);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const legacy = await withHost(world, async (host) => {
      await host.loadSets(sets);
      await host.loadLegacy(4, text);
      return marks(host);
    });
    expect(new Set(legacy.map((line) => line.split(' ').at(-1))).size).toBeGreaterThan(5);
    const isShort = (line: string): boolean => !strict && /^\S+ \S+ [67] /.test(line);
    const whole = (lines: readonly string[]): readonly string[] => lines.filter((line) => !isShort(line));
    await withHost(world, async (host) => {
      await host.loadNft(script ?? '');
      expect(whole(await marks(host))).toEqual(whole(legacy));
    });
    const { script: tree } = lowerToNft(core, options);
    if (tree === undefined) throw new Error('no tree');
    const model = createHost({ engines: [createModel(tree, 4)], topology: world });
    expect(whole(packets.map((packet) => model.judge(packet)).map(({ id, verdict, mark }) => `${id} ${verdict} ${(mark ?? 0).toString(2)}`))).toEqual(whole(legacy));
  });
});
