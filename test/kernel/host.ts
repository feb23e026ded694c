import type { Family, Outcome, PacketInput, Topology } from '../../src/ir/index.js';
import type { CommandResult } from './judge.js';
import { emptyTables, legacyRestore, openLane, type Lane, type Link } from './lane.js';
import { watchRules, watchSequence } from './setup.js';

/**
 * A host made of real kernel: a network namespace with the topology's interfaces. Rules stay until `flush`. Packets with an
 * Ethernet header go through a twin with the same rules whose interfaces are TAP; the twin comes to life with the first of them.
 */
export interface Host {
  /** Replaces all legacy tables of the family. Throws with the tool's words when it refuses the text. */
  loadLegacy(family: Family, text: string): Promise<void>;
  /** What the kernel saves of them. */
  saveLegacy(family: Family): Promise<string>;
  /** Adds an nft script. */
  loadNft(script: string): Promise<void>;
  /** Makes the accounting objects that rules of nfacct name. */
  addAccounts(names: readonly string[]): Promise<void>;
  /** Adds sets, as `ipset save` writes them. */
  loadSets(text: string): Promise<void>;
  /** Removes all rules and sets. */
  flush(): Promise<void>;
  /** Judges packets in order, each on its own unless connections last. Outcomes are in the same order; their `path` is empty. */
  judge(packets: readonly PacketInput[]): Promise<readonly Outcome[]>;
  /** The kernel's index of one of the interfaces. Throws when there is none of this name. */
  interfaceIndex(name: string): number;
  /** Runs any command inside; does not throw on a bad exit status. */
  run(command: readonly string[], stdin?: string | Uint8Array): Promise<CommandResult>;
  runBinary(command: readonly string[], stdin: Uint8Array): Promise<{ readonly status: number; readonly stdout: Uint8Array; readonly stderr: string }>;
}

export interface HostOptions {
  /**
   * A packet finds the connections of those before it, which stay until the host ends; rules are loaded once. What is sent to the host
   * itself comes in again over `lo`.
   */
  readonly connectionsLast?: true;
  /** All packets go through the twin whose interfaces have a link layer, and commands run there: packets with and without frames then meet. */
  readonly framed?: boolean;
}

type Load = (lane: Lane) => Promise<void>;

/** Makes a host, hands it to `use`, and takes it down whatever happens. It also dies with this process. */
export async function withHost<T>(topology: Topology, use: (host: Host) => Promise<T>, { connectionsLast = undefined, framed: allFramed = false }: HostOptions = {}): Promise<T> {
  const watch = connectionsLast === true ? watchSequence : watchRules;
  const lanes = new Map<Link, Promise<Lane>>();
  let loads: Load[] = [];

  const lane = (link: Link): Promise<Lane> => {
    const known = lanes.get(link);
    if (known) return known;
    const opening = openLane(topology, link, watch).then(async (one) => {
      for (const load of loads) await load(one);
      return one;
    });
    lanes.set(link, opening);
    return opening;
  };
  const everywhere = async (load: Load): Promise<void> => {
    for (const one of lanes.values()) await load(await one);
    loads.push(load);
  };
  const restore = (family: Family, text: string): Load => async (one) => {
    await one.run([legacyRestore(family)], emptyTables);
    await one.run([legacyRestore(family)], text);
  };

  let interfaceIndex = (name: string): number => {
    throw new Error(`no interface ${name} yet`);
  };
  const host: Host = {
    interfaceIndex: (name) => interfaceIndex(name),
    loadLegacy: (family, text) => everywhere(restore(family, text)),
    async saveLegacy(family) {
      return (await (await lane('tun')).run([legacyRestore(family).replace('restore', 'save')])).stdout;
    },
    loadNft: (script) => everywhere(async (one) => void (await one.run(['nft', '-f', '-'], script))),
    addAccounts: (names) =>
      everywhere(async ({ judge }) => {
        for (const name of names) await judge.addAccount(name);
      }),
    loadSets: (text) => everywhere(async (one) => void (await one.run(['ipset', 'restore'], text))),
    async flush() {
      loads = [];
      for (const opening of lanes.values()) {
        const one = await opening;
        await one.run(['nft', '-f', '-'], `flush ruleset\n${watch}`);
        for (const family of [4, 6] as const) await one.run([legacyRestore(family)], emptyTables);
        // Lists hold their members until they are empty.
        await one.run(['ipset', 'flush']);
        await one.run(['ipset', 'destroy']);
      }
    },
    async judge(packets) {
      if (allFramed) return (await lane('tap')).inject(packets);
      const outcomes = new Array<Outcome>(packets.length);
      for (const link of ['tun', 'tap'] as const) {
        const framed = (packet: PacketInput): boolean => (connectionsLast === true ? packets.some(({ ethernet }) => ethernet !== undefined) : packet.ethernet !== undefined);
        const positions = packets.flatMap((packet, position) => ((framed(packet) ? 'tap' : 'tun') === link ? [position] : []));
        if (positions.length === 0) continue;
        const judged = await (await lane(link)).inject(positions.flatMap((position) => packets[position] ?? []));
        judged.forEach((outcome, index) => (outcomes[positions[index] ?? 0] = outcome));
      }
      return outcomes;
    },
    run: async (command, stdin) => (await lane(allFramed ? 'tap' : 'tun')).judge.run(command, stdin),
    runBinary: async (command, stdin) => (await lane(allFramed ? 'tap' : 'tun')).judge.runBinary(command, stdin),
  };

  try {
    ({ interfaceIndex } = await lane(allFramed ? 'tap' : 'tun'));
    return await use(host);
  } finally {
    for (const opening of lanes.values()) await opening.then((one) => one.close(), () => undefined);
  }
}
