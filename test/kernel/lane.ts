import type { Family, Outcome, PacketInput, Topology } from '../../src/ir/index.js';
import { startJudge, type CommandResult, type Injection, type Judge } from './judge.js';
import { outcomeOf } from './outcome.js';
import { ethernetHeader } from '../../src/packet/index.js';
import { addressing, sysctlScript } from './setup.js';

export type Link = 'tun' | 'tap';

/** One namespace with the topology's interfaces, all TUN (no link layer) or all TAP (Ethernet). */
export interface Lane {
  readonly judge: Judge;
  interfaceIndex(name: string): number;
  run(command: readonly string[], stdin?: string | Uint8Array): Promise<CommandResult>;
  inject(packets: readonly PacketInput[]): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

/** TAP interfaces answer to this address unless the topology says otherwise; the last byte counts interfaces. */
export const defaultMac = (position: number): string => `02:00:00:00:01:${(position + 1).toString(16).padStart(2, '0')}`;

const packetTypes = { unicast: 0, broadcast: 1, multicast: 2 } as const;

/** `watch`: the rules that look on. */
export async function openLane(topology: Topology, link: Link, watch: string): Promise<Lane> {
  const ifaces = topology.ifaces.map((iface, position) => ({ ...iface, mac: iface.mac ?? defaultMac(position) }));
  const judge = await startJudge();
  try {
    const run = async (command: readonly string[], stdin?: string | Uint8Array): Promise<CommandResult> => {
      const result = await judge.run(command, stdin);
      if (result.status !== 0) throw new Error(`${command.join(' ')}: exit status ${result.status}: ${result.stderr.trim()}`);
      return result;
    };
    await judge.run(['sh'], sysctlScript);
    const names = new Map<number, string>([[1, 'lo']]);
    const isBridge = (name: string): boolean => ifaces.some(({ bridge }) => bridge === name);
    const taps = ifaces.filter(({ name }) => !isBridge(name));
    for (const { name } of taps) names.set(await judge.open(name, link), name);
    for (const { name } of ifaces.filter((iface) => isBridge(iface.name))) {
      await run(['ip', 'link', 'add', name, 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0']);
      names.set(Number.parseInt((await run(['ip', '-o', 'link', 'show', name])).stdout, 10), name);
    }
    const batch = addressing({ ...topology, ifaces: link === 'tap' ? ifaces : topology.ifaces.map(({ mac: _, ...iface }) => iface) });
    await run(['ip', '-batch', '-'], batch.v4);
    await run(['ip', '-6', '-batch', '-'], batch.v6);
    await run(['sh'], batch.ready);
    for (const socket of topology.sockets ?? []) await judge.openSocket(socket);
    await run(['nft', '-f', '-'], watch);

    const device = (packet: PacketInput): number => {
      if (packet.origin === 'local') return 0;
      const position = taps.findIndex(({ name }) => name === (packet.inInterface ?? taps[0]?.name));
      if (position < 0) throw new Error(`packet ${packet.id}: the topology has no interface ${packet.inInterface}`);
      return position;
    };
    /** For packets that say nothing of a frame, beside others that do. */
    const macOf = (tap: (typeof ifaces)[number] | undefined): string => ifaces.find(({ name }) => name === (tap?.bridge ?? tap?.name))?.mac ?? '';
    const plainFrame = (packet: PacketInput): Uint8Array =>
      ethernetHeader({ source: 0x0200_0000_00aa, destination: Number.parseInt(macOf(taps[device(packet)]).replaceAll(':', ''), 16), family: (packet.bytes[0] ?? 0) >> 4 === 6 ? 6 : 4 });
    const injection = (packet: PacketInput): Injection => {
      if (packet.state !== undefined) throw new Error(`packet ${packet.id}: the kernel does not take a conntrack state from outside`);
      return {
        local: packet.origin === 'local',
        device: device(packet),
        packetType: packet.packetType && packetTypes[packet.packetType],
        mark: packet.mark ?? 0,
        uid: packet.uid ?? 0,
        gid: packet.gid ?? 0,
        groups: packet.groups ?? [],
        ethernet: link === 'tap' && packet.origin === 'wire' ? (packet.ethernet ?? plainFrame(packet)) : undefined,
        bytes: packet.bytes,
      };
    };
    return {
      judge,
      run,
      interfaceIndex(name) {
        for (const [index, known] of names) if (known === name) return index;
        throw new Error(`the topology has no interface ${name}`);
      },
      async inject(packets) {
        const sightings = await judge.judge(packets.map(injection));
        return packets.map((packet, position) => {
          const sighting = sightings[position];
          if (!sighting) throw new Error('the judge lost a packet');
          return outcomeOf(packet.id, packet.origin === 'local', sighting, (index) => names.get(index) ?? `#${index}`);
        });
      },
      close: () => judge.close(),
    };
  } catch (error) {
    await judge.close();
    throw error;
  }
}

/** Empties every table of one family, as far as it exists. */
export const emptyTables = `*raw
:PREROUTING ACCEPT
:OUTPUT ACCEPT
COMMIT
*mangle
:PREROUTING ACCEPT
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
:POSTROUTING ACCEPT
COMMIT
*nat
:PREROUTING ACCEPT
:INPUT ACCEPT
:OUTPUT ACCEPT
:POSTROUTING ACCEPT
COMMIT
*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
COMMIT
*security
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
COMMIT
`;

export const legacyRestore = (family: Family): string => (family === 4 ? 'iptables-legacy-restore' : 'ip6tables-legacy-restore');
