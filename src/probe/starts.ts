import type { Family, Hook } from '../ir/index.js';
import type { Aim, AimContext } from './aims/index.js';
import type { Draft, Edit } from './draft.js';
import { farSide } from './host.js';
import type { Random } from './random.js';

/** A plain packet on its way through a hook, to begin a search with. */
export function startDraft(context: AimContext, random: Random): Draft {
  const { family, hook, host } = context;
  const [inInterface = 'eth0', other = inInterface] = random.shuffled(host.interfaces);
  const local = hook === 'OUTPUT' || (hook === 'POSTROUTING' && random.chance(0.5));
  const own = host.own[family][0] ?? 0n;
  const away = host.behind(family, other)[0] ?? host.interfaces.flatMap((name) => host.behind(family, name))[0] ?? farSide[family][0] ?? 0n;
  return {
    family, origin: local ? 'local' : 'wire', inInterface: local ? '' : inInterface,
    source: local ? own : host.behind(family, inInterface)[0] ?? farSide[family][1] ?? 0n,
    destination: hook === 'INPUT' || (hook === 'PREROUTING' && random.chance(0.5)) ? own : away,
    ttl: 64, tos: 0, protocol: random.pick([6, 6, 17]), sourcePort: 40000, destinationPort: random.pick([80, 22, 53]), tcpFlags: 2, tcpOptions: new Uint8Array(), icmpType: family === 4 ? 8 : 128, icmpCode: 0,
    spi: 256, chunks: [1], length: 0, mark: 0, extensions: [], ipOptions: new Uint8Array(), shape: { kind: 'whole' }, wrongChecksum: false,
  };
}

const unusable = (family: Family, address: bigint): boolean => (family === 4 ? address === 0n || address >> 24n === 127n || address >= 0xe000_0000n : address <= 1n || address >> 120n === 0xffn);

/** That the packet passes the hook at all: routed there, not lost on the way. */
export function hookAims({ family, hook, host }: AimContext): readonly Aim[] {
  const own = host.own[family].slice(0, 3);
  const toOwn: readonly Edit[] = own.map((destination) => ({ destination }));
  const away: readonly Edit[] = host.interfaces.flatMap((name) => host.behind(family, name).slice(0, 1)).map((destination) => ({ destination }));
  const isOwn = (draft: Draft): boolean => ['LOCAL', 'BROADCAST', 'MULTICAST', 'ANYCAST'].includes(host.typeOf(family, draft.destination));
  const routed = (draft: Draft): boolean => host.typeOf(family, draft.destination) === 'UNICAST' && !unusable(family, draft.destination);
  const aim = (holds: (draft: Draft) => boolean, inside: readonly Edit[]): Aim => ({ holds, inside, outside: [] });
  const fromWire = aim((draft) => draft.origin === 'wire', [(draft) => ({ origin: 'wire', inInterface: draft.inInterface === '' ? host.interfaces[0] ?? 'eth0' : draft.inInterface })]);
  const fromHere = aim((draft) => draft.origin === 'local', [{ origin: 'local', inInterface: '' }]);
  // From the wire nothing may claim a source that no host can have, or one of this host's own.
  const senders: readonly Edit[] = away.flatMap((edit) => (typeof edit === 'function' || edit.destination === undefined ? [] : [{ source: edit.destination }]));
  const sender = aim((draft) => (draft.origin === 'local' ? host.typeOf(family, draft.source) === 'LOCAL' : !unusable(family, draft.source) && host.typeOf(family, draft.source) !== 'LOCAL'), [(draft) => (draft.origin === 'local' ? { source: own[0] ?? 0n } : {}), ...senders]);
  const alive = aim((draft) => draft.ttl > 1, [{ ttl: 64 }]);
  // Frames to all are not forwarded.
  const toOne = aim((draft) => draft.origin === 'local' || draft.packetType === undefined || draft.packetType === 'unicast', [{ packetType: 'unicast' }]);
  const ways: { readonly [H in Hook]: readonly Aim[] } = {
    PREROUTING: [],
    INPUT: [aim(isOwn, toOwn), sender],
    FORWARD: [fromWire, aim(routed, away), sender, alive, toOne],
    OUTPUT: [fromHere],
    POSTROUTING: [aim((draft) => draft.origin === 'local' || (routed(draft) && draft.ttl > 1), [...away, { origin: 'local', inInterface: '' }]), sender, toOne],
  };
  return ways[hook];
}
