import { describe, expect, test } from 'vitest';
import { parse } from '../../grammar/index.js';
import { coreEngine } from '../../src/evaluate/index.js';
import type { Family, Outcome, PacketInput, Topology } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { isSocketFault, parseSocket, type TransportSpec } from '../../src/packet/index.js';
import { createRandom } from '../../src/probe/random.js';
import { createHost } from '../../src/stack/index.js';
import { translate } from '../../src/translate.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { createModel, lowerToNft } from '../../targets/nftables/index.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { bytesOf, wire, world } from './world.js';

const count = Number(process.env['FERRULE_PACKETS'] ?? 300);
const seed = Number(process.env['FERRULE_SEED'] ?? 1);

const hosts = {
  4: { router: '10.0.0.1', other: '10.0.1.1', client: '10.0.0.5', far: '10.0.1.7', text: (address: string) => address },
  6: { router: '2001:db8::1', other: '2001:db8:1::1', client: '2001:db8::5', far: '2001:db8:1::7', text: (address: string) => `[${address}]` },
} as const;

/** Listeners of one address and of all, connections, those of a proxy and others; some lie behind others. */
function socketsOf(family: Family): readonly string[] {
  const { router, other, client, far, text } = hosts[family];
  const all = family === 4 ? '0.0.0.0' : '[::]';
  return [
    `tcp ${text(router)}:80 mark 0x11`, `tcp ${all}:81 mark 0x12`, `tcp ${text(router)}:82 transparent`, `tcp ${all}:82 transparent mark 0x13`, `tcp ${text(router)}:80 to ${text(client)}:1000 mark 0x14`,
    `tcp ${text(far)}:80 to ${text(client)}:1001 transparent mark 0x15`, `udp ${text(router)}:80 transparent mark 0x16`, `udp ${all}:80 mark 0x17`, `udp ${text(other)}:82 transparent`, `udp ${all}:81 transparent mark 0x18`,
    `udp ${text(router)}:82 to ${text(client)}:1000 mark 0x19`, `udp ${text(far)}:81 to ${text(client)}:1000 transparent mark 0x1a`, `tcp ${text(far)}:83 transparent`, `udp ${text(far)}:83 transparent`,
  ];
}

const topologyOf = (family: Family): Topology => ({
  ...world,
  sockets: socketsOf(family).map((text) => {
    const socket = parseSocket(text);
    if (isSocketFault(socket)) throw new Error(`${text}: wants ${socket.wanted}`);
    return socket;
  }),
});

/** Packets for those sockets and past them: SYNs and later ones, errors that quote what a socket sent, headers cut short. */
function flow(family: Family): readonly PacketInput[] {
  const random = createRandom(seed);
  const { router, other, client, far } = hosts[family];
  const from = [client, client, client, family === 4 ? '10.0.0.9' : '2001:db8::9'];
  return Array.from({ length: count }, (_, index) => {
    const [source, destination] = [random.pick(from), random.pick([router, router, other, far, far])];
    const [sourcePort, destinationPort] = [random.pick([1000, 1000, 1001]), random.pick([80, 81, 82, 83])];
    const plain: TransportSpec = random.pick([
      { kind: 'udp', sourcePort, destinationPort, data: Uint8Array.of(1, 2) },
      { kind: 'tcp', sourcePort, destinationPort, flags: random.pick([2, 16]), sequence: 1 },
    ]);
    const kind = random.below(12);
    const spec = { family, source, destination };
    if (kind === 0) return wire(bytesOf(plain, { ...spec, truncate: random.pick([3, 6, 8, 12, 19]) }), { id: String(index) });
    if (kind > 2) return wire(bytesOf(plain, spec), { id: String(index), mark: random.pick([0, 0xf0]) });
    // The quoted packet went the other way.
    const quoted = bytesOf(plain.kind === 'udp' ? { ...plain, sourcePort: destinationPort, destinationPort: sourcePort } : { ...plain, sourcePort: destinationPort, destinationPort: sourcePort }, { family, source: destination, destination: source });
    const cut = quoted.slice(0, (family === 4 ? 20 : 40) + random.pick([3, 8, 8, 8]));
    const [type, rest] = family === 4 ? [random.pick([3, 11, 8, 12]), 0] : [random.pick([1, 3, 128, 4]), 0];
    return wire(bytesOf({ kind: 'icmp', type, code: 0, rest, data: cut }, spec), { id: String(index) });
  });
}

const socketRules = ['', '--transparent', '--nowildcard', '--transparent --nowildcard', '--restore-skmark', '--nowildcard --restore-skmark', '--transparent --restore-skmark'];
const rulesOf = (family: Family): readonly (readonly string[])[] => {
  const { router, far } = hosts[family];
  const proxied = ['-A INPUT -m socket --transparent -j MARK --or-mark 0x1000', '-A INPUT -m socket --nowildcard -j MARK --or-mark 0x2000'];
  return [
    socketRules.map((options, index) => `-A PREROUTING -m socket ${options} -j MARK --set-xmark ${(index + 1) * 0x1000}/0xf000`),
    ['-A INPUT -m socket --nowildcard --transparent -j DROP', '-A INPUT -m socket -j MARK --or-mark 0x1000'],
    ['-A PREROUTING -p tcp -j TPROXY --on-port 82 --tproxy-mark 0x1/0xf', '-A PREROUTING -p udp -m udp --dport 80:82 -j TPROXY --on-port 81 --tproxy-mark 0x2', ...proxied],
    [`-A PREROUTING -p tcp -m tcp --dport 80 -j TPROXY --on-port 83 --on-ip ${far} --tproxy-mark 0x3`, `-A PREROUTING -p udp -j TPROXY --on-port 80 --on-ip ${router}`, ...proxied],
    ['-A PREROUTING -p udp -j TPROXY --on-port 82', '-A PREROUTING -p tcp -j TPROXY --on-port 80', ...proxied],
    [`-A PREROUTING -p tcp -j TPROXY --on-port 80 --on-ip ${router}`, `-A PREROUTING -p udp -j TPROXY --on-port 83 --on-ip ${far} --tproxy-mark 0xff/0xf`, ...proxied],
  ];
};

/** Headers that are cut off: the translation answers for the others. */
const isWhole = ({ bytes }: PacketInput, family: Family): boolean => {
  const [protocol, length] = [bytes[family === 4 ? 9 : 6], bytes.length - (family === 4 ? 20 : 40)];
  return length >= (protocol === 6 ? 20 : 8);
};

describe.skipIf(!available().ok)('sockets that are open on the host: legacy, nft, the interpreter, the core and the model of nft', () => {
  test.each(([4, 6] as const).flatMap((family) => rulesOf(family).map((rules) => ({ family, rules }))))('IPv$family $rules', async ({ family, rules }) => {
    const topology = topologyOf(family);
    const text = `*mangle\n${rules.join('\n')}\nCOMMIT\n`;
    const program = { rulesets: [parse(text, { file: 'rules', family }).value], sets: [] };
    const packets = flow(family);
    const core = lower(program).value;
    const { text: script = '', diagnostics } = translate(program, { to: 'nft', strict: false, assume: [] });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { script: lowered } = lowerToNft(core, { strict: false, assume: [] });
    if (lowered === undefined) throw new Error('not carried');
    const said = (outcomes: readonly Outcome[]): readonly string[] => outcomes.map((outcome, index) => `${packets[index]?.id} ${comparable(outcome)}`);
    const whole = (lines: readonly string[]): readonly string[] => lines.filter((_, index) => isWhole(packets[index] ?? wire(new Uint8Array()), family));
    const { legacy, nft } = await withHost(topology, async (host) => {
      await host.loadLegacy(family, text);
      const legacy = said(await host.judge(packets));
      await host.flush();
      await host.loadNft(script);
      return { legacy, nft: said(await host.judge(packets)) };
    });
    const interpreter = createInterpreter(program, { topology });
    expect(said(packets.map((packet) => interpreter.judge(packet))), 'the interpreter').toEqual(legacy);
    expect(whole(nft), 'nft').toEqual(whole(legacy));
    for (const [who, engine] of [['the core', coreEngine(core, family)], ['the model', createModel(lowered, family)]] as const) {
      const host = createHost({ engines: [engine], topology });
      expect(whole(said(packets.map((packet) => host.judge(packet)))), who).toEqual(whole(legacy));
    }
    // Sockets are found, and missed.
    expect(new Set(legacy.map((line) => line.split('\n').slice(0, 3).map((part) => part.replace(/^\d+ |bytes.*/, '')).join())).size).toBeGreaterThan(3);
  });
});
