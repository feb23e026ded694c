import { type ExternalJump, type ExternalJumpKind, externalMeaning } from '../ir/index.js';
import { type HostView, type LivePacket, proxySocket, stripOptions, type TableVerdict } from '../stack/index.js';
import { holds, type Surroundings } from './predicate.js';

/** Jumps whose answer is on no host that is told of: who listens, what a hash or a cluster says, which checksum makes a prefix right. */
const untold: { readonly [K in ExternalJumpKind]?: string } = {
  clusterip: 'which hands packets to one node of a cluster',
  dnpt: 'which maps prefixes without state',
  hmark: 'which marks packets by a hash',
  snpt: 'which maps prefixes without state',
  tproxy: 'which hands packets to a local socket',
};

/** Why it cannot be told what becomes of a packet; undefined where it can. */
export const whyUnknown = ({ kind }: ExternalJump): string | undefined => untold[kind];

/** Whether the host that is told of makes up for it. */
export const isTold = ({ kind }: ExternalJump, { sockets }: HostView): boolean => kind === 'tproxy' && sockets !== undefined;

/** Carries out a jump that has its effect beside the packet, on a host on which no program listens to queues. */
export function runExternal(jump: ExternalJump, packet: LivePacket, around: Surroundings): TableVerdict | undefined {
  if (jump.kind === 'nfqueue') return { kind: jump.bypass === true ? 'accept' : 'drop' };
  if (jump.kind === 'tcpoptstrip') return stripOptions(packet, new Set(jump.options)) ? undefined : { kind: 'drop' };
  if (jump.kind === 'tproxy') return toProxy(jump, packet, around.host);
  const { end } = externalMeaning(jump);
  return end?.kind === 'taken' && holds(end.when, packet, around) ? { kind: 'drop' } : undefined;
}

function toProxy({ address, port, mark }: ExternalJump & { readonly kind: 'tproxy' }, packet: LivePacket, host: HostView): TableVerdict {
  const found = proxySocket(packet, { address, port }, host);
  if (found === undefined) return { kind: 'drop' };
  packet.attached = found;
  packet.mark = ((packet.mark & ~mark.mask) ^ mark.value) >>> 0;
  return { kind: 'accept' };
}
