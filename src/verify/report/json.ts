import { toHex } from '../../packet/index.js';
import type { PacketInput } from '../../ir/index.js';
import type { Difference, Judgement, Side, Verification, Witness } from '../result.js';
import { decidedAt, sidesOf, type Inputs } from './place.js';
import { moduloText } from './words.js';

/** The document of a comparison, but for `schemaVersion` and `diagnostics`. Fields that the contract has not are additions. */
export function verificationDocument(verification: Verification, inputs: Inputs): Readonly<Record<string, unknown>> {
  if (verification.kind === 'gave-up') {
    const { nodes, file, line, fields } = verification;
    return { equivalent: null, modulo: [], differences: [], gaveUp: { nodes, file, line, fields } };
  }
  const { modulo, compared, notes } = verification;
  return {
    equivalent: verification.kind === 'equivalent',
    modulo: modulo.map((part) => (part.kind === 'opaque' ? { kind: 'opaque', text: part.text } : { kind: 'assumption', id: part.id, text: moduloText(part) })),
    differences: verification.kind === 'equivalent' ? [] : verification.differences.map((difference) => differenceDocument(difference, inputs)),
    compared,
    notes,
  };
}

function differenceDocument(difference: Difference, inputs: Inputs): unknown {
  const { family, hook, kind, witness, left, right, region, complete, share } = difference;
  const sides = sidesOf(difference, inputs);
  return {
    family,
    hook,
    kind,
    witness: witness === undefined ? null : witnessDocument(witness),
    left: judgementDocument(left, sides.left),
    right: judgementDocument(right, sides.right),
    region: region.map(({ dimensions }) => Object.fromEntries(dimensions.map(({ name, values }) => [name, values]))),
    complete,
    share,
  };
}

export function witnessDocument({ words, packet, topology, standing, before, replayable, hangsOn }: Witness): unknown {
  return { packet: words, ...packetDocument(packet), topology, ...(standing === undefined ? {} : { standing: { packets: standing.packets.map(packetDocument), mark: standing.mark } }), before: before.map(packetDocument), replayable, ...(hangsOn === undefined ? {} : { hangsOn }) };
}

/** As `trace --packets` reads it. */
const packetDocument = (packet: PacketInput): Readonly<Record<string, unknown>> => ({
  id: packet.id, out_of: packet.origin, ...(packet.inInterface === undefined ? {} : { in_iface: packet.inInterface }), hex: toHex(packet.bytes),
  ...(packet.mark === undefined ? {} : { mark: packet.mark }), ...(packet.ethernet === undefined ? {} : { eth: toHex(packet.ethernet) }),
  ...(packet.uid === undefined ? {} : { uid: packet.uid }), ...(packet.gid === undefined ? {} : { gid: packet.gid }), ...(packet.time === undefined ? {} : { time: packet.time }),
  ...(packet.packetType === undefined ? {} : { pkttype: packet.packetType }), ...(packet.state === undefined ? {} : { state: packet.state }), ...(packet.forwardTo === undefined ? {} : { forward_out: packet.forwardTo }),
});

export function judgementDocument(judgement: Judgement, side: Side): unknown {
  const place = decidedAt(judgement, side);
  const { outcome, path, fate } = judgement;
  return {
    outcome,
    ...(fate === undefined ? {} : { verdict: fate.verdict, ...(fate.stage === undefined ? {} : { stage: fate.stage }), ...(fate.bytes === undefined ? {} : { hex: toHex(fate.bytes) }), replies: fate.replies.map(toHex) }),
    ...(place === undefined ? {} : { deciding: place }),
    path: path.map(({ hook, table, chain, rule, line, result }) => ({ hook, table, chain, rule, line, result })),
  };
}
