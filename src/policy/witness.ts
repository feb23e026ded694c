import { addressBits, type Family, type Outcome, type Topology } from '../ir/index.js';
import { describePacket, dissect, readU16 } from '../packet/index.js';
import { createLookup, devicesOf } from '../probe/routes.js';
import type { Judgement, Side, Witness } from '../verify/result.js';
import { candidatesOf } from '../witness/search.js';
import { simulator, type Judged, type Scene } from '../witness/simulate.js';
import { judgementOf } from '../witness/words.js';
import type { PolicyProof, Violation } from './check.js';
import type { End } from './statement.js';

export interface Shown {
  readonly witness: Witness;
  readonly judgement: Judgement;
}

/**
 * A packet for which a statement fails, run through the rules on the emulated stack: accepted where it should not be, or ended where it
 * should not. Where none shows it, the first that could be built, and what it hangs on. Undefined where none can be built.
 */
export function show({ statement, hook, arrivals }: Violation, { family, bdd, layout, vocabulary }: PolicyProof, side: Side, topology?: Topology): Shown | undefined {
  const judge = simulator(side);
  let first: { readonly scene: Scene; readonly judged: Judged } | undefined;
  for (const { scene: suggested } of candidatesOf({ family, hook, arrivals, comparison: { bdd, layout, vocabulary }, rulesets: [side.core] })) {
    const scene = topology === undefined ? suggested : { ...suggested, topology };
    const judged = judge.judge(scene);
    if (judged === undefined) continue;
    const seen = { ...scene, packet: judged.packet };
    if (fails(statement.mode, judged.outcome) && isOf(statement, seen, judged.outcome, family)) return shown(seen, judged, hook, { replayable: true });
    first ??= { scene: seen, judged };
  }
  if (first === undefined) return undefined;
  const { unknown } = first.judged.outcome;
  return shown(first.scene, first.judged, hook, { replayable: false, hangsOn: unknown === undefined ? 'the host around the rules: no packet that was tried shows it' : `${unknown.extension}, ${unknown.reason}` });
}

const fails = (mode: 'forbid' | 'allow', { verdict }: Outcome): boolean =>
  mode === 'forbid' ? verdict === 'input' || verdict === 'forward' || verdict === 'output' : verdict === 'drop' || verdict === 'reject';

/** Whether the packet went where the statement says: it was sent to this host, or came to the forbidden end. */
function isOf({ mode, packets: { to, port } }: Violation['statement'], { topology, packet }: Scene, outcome: Outcome, family: Family): boolean {
  if (mode === 'allow') {
    const found = dissect(packet.bytes);
    const toSelf = to === undefined || to.some(({ kind }) => kind !== 'self');
    return toSelf || (found !== undefined && createLookup(topology, devicesOf(topology), family)(found.destination)?.kind === 'local');
  }
  const arrived = outcome.bytes === undefined ? undefined : dissect(outcome.bytes);
  if (arrived === undefined) return false;
  const within = (end: End): boolean => {
    if (end.kind === 'self') return outcome.verdict === 'input';
    if (end.kind === 'interface') return outcome.out !== undefined && (end.pattern.prefix ? outcome.out.startsWith(end.pattern.name) : outcome.out === end.pattern.name);
    return end.family === family && arrived.destination >> BigInt(addressBits(family) - end.length) === end.address >> BigInt(addressBits(family) - end.length);
  };
  const number = arrived.transport.length >= 4 ? BigInt(readU16(arrived.transport, 2)) : -1n;
  return (to?.some(within) ?? true) && (port?.some(({ min, max }) => number >= min && number <= max) ?? true);
}

const shown = ({ packet, before, topology }: Scene, judged: Judged, hook: Violation['hook'], standing: Pick<Witness, 'replayable' | 'hangsOn'>): Shown => ({
  witness: { words: describePacket(packet), packet, topology, before, ...standing },
  judgement: judgementOf(judged, undefined, packet, hook),
});
