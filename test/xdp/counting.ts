import type { Family, PacketInput, Topology } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { xdp } from '../../targets/xdp/index.js';
import { isOutside } from '../../src/check/outside.js';
import { packetsFor } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import { randomProgram, type GeneratedProgram } from '../generators/ruleset.js';

/** Random rules that count, and what the exact mode makes of them. */
export interface CountingRules {
  readonly generated: GeneratedProgram;
  readonly text: string;
  readonly packets: readonly PacketInput[];
}

const matches = ['statistic', 'quota', 'limit', 'udp', 'tcp', 'ttl', 'hl', 'length', 'sctp', 'iprange'] as const;

/** Drawn until so many are not refused. */
export function countingRules(seed: number, family: Family, wanted: number, packets: number): readonly CountingRules[] {
  const out: CountingRules[] = [];
  for (let at = seed; out.length < wanted; at++) {
    const generated = randomProgram(at, { family, frameOnly: true, counting: true, matches });
    const { text } = xdp.compile(lower(generated.program).value, { mode: 'exact', strict: false, assume: ['counted-by-one-program'], topology: standardTopology, interface: 'eth0' });
    if (text?.includes('COUNTERS') === true) out.push({ generated, text, packets: shown(packetsFor(generated.program, at, packets, { fragments: false, local: false }), standardTopology) });
  }
  return out;
}

/** Packets of one interface for which the assumptions hold: no fragment, and none that the stack alone loses behind PREROUTING. */
function shown(packets: readonly PacketInput[], topology: Topology): readonly PacketInput[] {
  const { judge } = createInterpreter({ rulesets: [], sets: [] }, { topology });
  return packets
    .filter((packet) => packet.origin === 'wire' && packet.inInterface === 'eth0' && packet.packetType === undefined && packet.ethernet === undefined && packet.mark === undefined && !isOutside(['unfragmented-packets'], packet))
    .filter((packet) => {
      const { verdict } = judge(packet);
      const hopByHop = (packet.bytes[0] ?? 0) >> 4 === 6 && packet.bytes[6] === 0;
      return verdict !== 'lost' && verdict !== 'held' && !(verdict === 'unseen' && hopByHop);
    });
}
