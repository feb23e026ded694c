import type { Outcome, PacketInput, Program, Topology } from '../ir/index.js';
import { lower } from '../lower/index.js';
import { describePacket, toHex } from '../packet/index.js';
import { coverage, deriveTopology, probe } from '../probe/index.js';
import { createHost } from '../stack/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { createModel, lowerToNft, type NftOptions } from '../../targets/nftables/index.js';
import { isOutside } from './outside.js';

export { isOutside } from './outside.js';

export interface Check {
  /** What was looked at, a line each, for a person. */
  readonly summary: readonly string[];
  /** The first packet that was judged otherwise, if any: a fault of the translation. */
  readonly difference?: { readonly packet: string; readonly left: string; readonly right: string };
}

const seed = 1;

/**
 * Judges packets aimed at the edges of every rule twice: by the reference interpreter, and by a model of nft's own evaluation running
 * the translation. Packets that the translation's assumptions exclude, or whose fate hangs on what is not modelled, are counted apart.
 */
export function checkTranslation(program: Program, options: NftOptions, topology: Topology | undefined): Check {
  const { script, assumptions } = lowerToNft(lower(program).value, options);
  if (script === undefined) return { summary: ['nothing to check: the rules were not carried'] };
  const host = topology ?? deriveTopology(program);
  const ports = new Set(host.ifaces.flatMap(({ name, bridge }) => (bridge === undefined ? [] : [name])));
  const packets = probe(program, { topology: host, seed });
  const interpreter = createInterpreter(program, { topology: host });
  const engines = program.rulesets.map(({ family }) => createModel(script, family, 0, program.fingerprints));
  const model = createHost({ engines, topology: host });
  const judged: { readonly family: 4 | 6; readonly outcome: Outcome }[] = [];
  let outside = 0;
  let unknown = 0;
  for (const packet of packets) {
    const left = interpreter.judge(packet);
    judged.push({ family: (packet.bytes[0] ?? 0) >> 4 === 6 ? 6 : 4, outcome: left });
    if (isOutside(assumptions, packet, { fingerprints: program.fingerprints, ports })) {
      outside += 1;
      continue;
    }
    const right = model.judge(packet);
    if (assumptions.includes('no-answers-about-untracked-packets') && left.replies.length + right.replies.length > 0) {
      outside += 1;
      continue;
    }
    if (left.verdict === 'unknown' || right.verdict === 'unknown') {
      unknown += 1;
      continue;
    }
    if (fate(left) !== fate(right)) return { summary: [], difference: { packet: `${describePacket(packet)} (${toHex(packet.bytes)})`, left: fate(left), right: fate(right) } };
  }
  return { summary: summaryOf(program, packets, judged, outside, unknown) };
}

function summaryOf(program: Program, packets: readonly PacketInput[], judged: Parameters<typeof coverage>[1], outside: number, unknown: number): readonly string[] {
  const { rules, matched } = coverage(program, judged);
  const compared = packets.length - outside - unknown;
  const lines = [`checked: ${compared} packets aimed at the edges of the rules, judged alike by the rules and by the output; ${matched} of ${rules} rules matched at least one`];
  if (outside > 0) lines.push(`         ${outside} more packets are outside of the assumptions above`);
  if (unknown > 0) lines.push(`         ${unknown} more packets hang on what is not modelled`);
  return lines;
}

/** What of an outcome must be equal, in words. A reject that sends no answer looks like a drop from outside. */
function fate(outcome: Outcome): string {
  const verdict = outcome.verdict === 'reject' && outcome.replies.length === 0 ? 'drop' : outcome.verdict;
  const parts: string[] = [verdict];
  if (verdict === 'drop' || verdict === 'reject' || verdict === 'lost') parts.push(`in ${outcome.stage ?? '?'}`);
  else if (outcome.bytes !== undefined) parts.push(`out ${outcome.out ?? '-'} mark 0x${(outcome.mark ?? 0).toString(16)} as ${toHex(outcome.bytes)}`);
  for (const reply of outcome.replies) parts.push(`answer ${toHex(reply)}`);
  return parts.join(' ');
}
