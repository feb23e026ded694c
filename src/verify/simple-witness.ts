import { type Hook, type PacketInput, type TraceStep } from '../ir/index.js';
import { buildPacket, describePacket, type TransportSpec } from '../packet/index.js';
import { createHost } from '../stack/index.js';
import { pick } from '../symbolic/region.js';
import type { Comparison } from '../symbolic/compare.js';
import { type Block, ctStateCodes } from '../symbolic/layout.js';
import type { Judgement, Side, Witness } from './result.js';

type Compared = Extract<Comparison, { readonly kind: 'compared' }>;

/** One packet of a region, without a topology: for the time being. */
export function simpleWitness(compared: Compared, region: number, hook: Hook, left: Side, right: Side): { readonly witness: Witness; readonly left: Judgement; readonly right: Judgement } {
  const { layout, bdd } = compared;
  const family = layout.family;
  const values = pick(bdd, region, layout, wish);
  const value = (name: string): bigint => values.get(name) ?? wish({ name, levels: [] });
  const protocol = Number(value('ip.protocol'));
  const [source, destination] = [Number(value('transport.source-port')), Number(value('transport.destination-port'))];
  const transport: TransportSpec = protocol === 6 ? { kind: 'tcp', sourcePort: source, destinationPort: destination, flags: Number(value('tcp.flags')) }
    : protocol === 17 ? { kind: 'udp', sourcePort: source, destinationPort: destination }
    : { kind: 'raw', protocol, data: Uint8Array.of(source >> 8, source & 255, destination >> 8, destination & 255, 0, 0, 0, 0) };
  const interfaceOf = (direction: 'in' | 'out'): string => layout.interfaces(direction).representatives[Number(value(`[${direction}]`))] ?? 'eth0';
  const local = hook === 'OUTPUT' || hook === 'POSTROUTING';
  const state = ctStateCodes[Number(value('[state]'))];
  const packet: PacketInput = {
    id: '1', origin: local ? 'local' : 'wire', bytes: buildPacket({ family, source: value('ip.source'), destination: value('ip.destination'), transport, ttl: Number(value('ip.ttl')) }),
    ...(local ? {} : { inInterface: interfaceOf('in') }), ...(hook === 'FORWARD' ? { forwardTo: interfaceOf('out') } : {}), ...(state === undefined || state === 'NEW' ? {} : { state }),
  };
  const judged = [left, right].map((side): Judgement => {
    const fate = createHost({ engines: [side.engine()] }).judge(packet);
    const deciding = fate.path.findLast((step: TraceStep) => step.hook === hook && step.result !== 'no-match');
    return { outcome: fate.verdict, path: fate.path, ...(deciding === undefined ? {} : { deciding }), fate };
  });
  const [one, other] = judged;
  if (one === undefined || other === undefined) throw new Error('two sides are judged');
  return { witness: { words: describePacket(packet), packet, topology: { ifaces: [] }, before: [], replayable: one.outcome !== other.outcome }, left: one, right: other };
}

function wish({ name }: Pick<Block, 'name' | 'levels'>): bigint {
  const plain: Readonly<Record<string, bigint>> = { '[state]': 1n, 'ip.protocol': 6n, 'ip.source': 0xc0000201n, 'ip.destination': 0xc6336407n, 'transport.source-port': 40000n, 'transport.destination-port': 80n, 'tcp.flags': 2n, 'ip.ttl': 64n, '[transport bytes]': 255n };
  return plain[name] ?? 0n;
}
