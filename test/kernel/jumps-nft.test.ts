import { describe, expect, test } from 'vitest';
import { isOutside } from '../../src/check/index.js';
import type { AssumptionId, Family, PacketInput } from '../../src/ir/index.js';
import { buildPacket, fromHex, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';
import { translate } from '../../src/translate.js';
import { packetsFor } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import { settings } from '../equivalence/settings.js';
import { parse } from '../../grammar/index.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';

/** Jumps that few rules name, as iptables has them and as nft has them, side by side in the kernel. */
const cases: readonly { readonly family: Family; readonly table: 'filter' | 'mangle' | 'nat' | 'raw'; readonly rules: readonly string[]; readonly assume?: readonly AssumptionId[] }[] = [
  { family: 4, table: 'mangle', rules: [
    '-A PREROUTING -j TTL --ttl-inc 1', '-A PREROUTING -j TTL --ttl-dec 1', '-A FORWARD -j TTL --ttl-dec 64', '-A POSTROUTING -j TTL --ttl-inc 200', '-A OUTPUT -p udp -j TTL --ttl-inc 5',
    '-A PREROUTING -p tcp -j ECN --ecn-tcp-remove', '-A FORWARD -p tcp -j ECN --ecn-tcp-ece 1', '-A FORWARD -p tcp -j ECN --ecn-tcp-cwr 1 --ecn-tcp-ece 0', '-A PREROUTING -j ECN --ecn-ip-ect 2',
    '-A PREROUTING -p udp -j TPROXY --on-port 12345 --on-ip 10.0.0.1 --tproxy-mark 0x23/0xff', '-A PREROUTING -p tcp -m tcp --dport 80 -j TPROXY --on-port 12345 --on-ip 10.0.0.1 --tproxy-mark 0x23/0xff',
    '-A PREROUTING -p udp -j TPROXY --on-port 53', '-A PREROUTING -p tcp -j TPROXY --on-port 80 --on-ip 10.0.1.1 --tproxy-mark 0x1',
    '-A PREROUTING -j CONNSECMARK --restore', '-A FORWARD -j CONNSECMARK --save', '-A FORWARD -j CLASSIFY --set-class 1:ffff', '-A OUTPUT -j CLASSIFY --set-class 0:0' ] },
  { family: 6, table: 'mangle', rules: ['-A PREROUTING -j HL --hl-inc 1', '-A PREROUTING -j HL --hl-dec 1', '-A FORWARD -j HL --hl-dec 63', '-A POSTROUTING -j HL --hl-inc 254', '-A PREROUTING -p tcp -j TPROXY --on-port 443 --tproxy-mark 0x7'] },
  ...([4, 6] as const).map((family) => ({ family, table: 'mangle' as const, assume: ['no-partial-checksums'] as const, rules: [
    '-A PREROUTING -p tcp -j TCPOPTSTRIP', '-A PREROUTING -p tcp -j TCPOPTSTRIP --strip-options 2,3,4,5,6,7', '-A FORWARD -p tcp -j TCPOPTSTRIP --strip-options mss', '-A FORWARD -p tcp -j TCPOPTSTRIP --strip-options 8,19,254',
    '-A PREROUTING -j CHECKSUM --checksum-fill', '-A POSTROUTING -p udp -j CHECKSUM --checksum-fill' ] })),
  { family: 4, table: 'filter', rules: [
    '-A INPUT -j AUDIT --type accept', '-A FORWARD -j TEE --gateway 10.0.2.9', '-A INPUT -p tcp -m tcp --dport 80 -m conntrack --ctstate INVALID,UNTRACKED,NEW -j SYNPROXY --sack-perm --timestamp --wscale 9 --mss 1460',
    '-A FORWARD -p tcp -j SYNPROXY --mss 536' ] },
  { family: 4, table: 'nat', rules: ['-A PREROUTING -p tcp -j DNAT --to-destination 10.0.1.7:1000-2000/3000', '-A PREROUTING -p tcp -m tcp --dport 2990:4010 -j DNAT --to-destination 10.0.1.7-10.0.1.20:10-20/3000'] },
  { family: 6, table: 'nat', rules: ['-A PREROUTING -p tcp -m tcp --dport 900:5000 -j DNAT --to-destination [2001:db8:1::7-2001:db8:1::20]:1000-2000/1000'] },
  { family: 6, table: 'filter', rules: ['-A FORWARD -j AUDIT --type drop'] },
  ...([4, 6] as const).map((family) => ({ family, table: 'raw' as const, rules: ['-A PREROUTING -j TRACE', '-A OUTPUT -p udp -j TRACE'] })),
];

const hex = (text: string): Uint8Array => fromHex(text.replace(/ /g, '')) ?? new Uint8Array();
const hosts = { 4: ['10.0.0.5', '10.0.1.7', '10.0.0.1'], 6: ['2001:db8::5', '2001:db8:1::7', '2001:db8::1'] } as const;

/** Every lifetime, every byte of TCP flags, and options of all shapes. */
function aimed(family: Family): readonly PacketInput[] {
  const [source, destination, router] = hosts[family];
  const make = (transport: TransportSpec, spec: Partial<PacketSpec> = {}): Uint8Array => buildPacket({ family, source, destination, transport, ...spec });
  const tcp = (options: string, flags = 2): TransportSpec => ({ kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags, sequence: 1000, options: hex(options) });
  const udp: TransportSpec = { kind: 'udp', sourcePort: 1000, destinationPort: 53, data: Uint8Array.of(1, 2) };
  const options = ['', '020405b4', '020405b4 0402 080a 00000001 00000002 01 030307', '01 0402 020405b4 01', '0500', '0503', '01 00 020405b4', '0508 01020304 0506', '1312' + '00'.repeat(16), '0401010101', '01020405b4', '0302 0402', 'fe04abcd 0706 00000000'];
  const bytes = [
    ...Array.from({ length: 64 }, (_, index) => make(udp, { ttl: index * 4 + (index % 4) })), ...[0, 1, 2, 3, 62, 63, 64, 65, 191, 192, 200, 250, 253, 254, 255].map((ttl) => make(udp, { ttl })),
    ...Array.from({ length: 64 }, (_, index) => make(tcp('', (index * 37) & 0xff))), ...options.map((one) => make(tcp(one))), ...options.map((one) => make(tcp(one, 0x10))),
    ...[0, 1, 999, 1000, 1500, 2000, 2001, 2999, 3000, 3001, 4000, 4001, 4002, 5002, 65534, 65535].map((destinationPort) => make({ ...tcp(''), destinationPort } as TransportSpec)),
    ...[0, 1, 2, 3, 0xff].map((tos) => make(tcp(''), { tos })), ...[2, 16, 18, 17, 20, 4, 1, 0, 0xc2].map((flags) => make(tcp('020405b4', flags), { destination: router })), make({ kind: 'raw', protocol: 47, data: new Uint8Array(20) }),
  ];
  return bytes.map((one, index) => ({ id: String(index), origin: 'wire', inInterface: 'eth0', bytes: one }));
}

/** A SYN cookie is the kernel's secret: the answer itself is not compared. */
const measured = (text: string, rule: string): string => (rule.includes('SYNPROXY') ? text.replace(/\nreply .*/g, '\nreply') : text);

describe.skipIf(!available().ok)('jumps that few rules name, legacy beside nft', () => {
  test.each(cases)('$table, IPv$family', async ({ family, table, rules, assume = [] }) => {
    const wrong: unknown[] = [];
    await withHost(standardTopology, async (host) => {
      for (const [index, rule] of rules.entries()) {
        // A mark tells that the packet went on to the next rule.
        const chain = rule.split(' ')[1] ?? '';
        const text = `*${table}\n${rule}\n-A ${chain} -j MARK --or-mark 0x100\nCOMMIT\n`;
        const program = { rulesets: [parse(text, { family, file: 'rules' }).value], sets: [] };
        const { text: script, assumptions, diagnostics } = translate(program, { to: index % 2 === 0 ? 'nft' : 'nft-json', strict: false, assume });
        if (script === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
        const packets = [...aimed(family), ...packetsFor(program, settings.seed + index, settings.packets / 4)].filter((packet) => !isOutside(assumptions, packet));
        await host.flush();
        await host.loadLegacy(family, text);
        const legacy = (await host.judge(packets)).map(comparable);
        await host.flush();
        if (index % 2 === 0) await host.loadNft(script);
        else await host.run(['nft', '-j', '-f', '-'], script);
        (await host.judge(packets)).map(comparable).forEach((one, at) => {
          if (measured(one, rule) !== measured(legacy[at] ?? '', rule)) wrong.push({ rule, packet: Buffer.from(packets[at]?.bytes ?? []).toString('hex'), nft: one, legacy: legacy[at] });
        });
      }
    });
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
