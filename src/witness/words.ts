import type { Hook, Outcome, PacketInput, TraceStep } from '../ir/index.js';
import { dissect, formatAddress, portProtocols, readU16 } from '../packet/index.js';
import type { Judgement } from '../verify/result.js';
import { arrives, type Judged } from './simulate.js';

/** One side's judgement in words, with what tells it from the other side's. */
export function judgementOf(judged: Judged, other: Judged | undefined, packet: PacketInput, hook: Hook): Judgement {
  const { outcome } = judged;
  const deciding = decidingStep(judged, other, hook);
  return { outcome: [ending(outcome), ...details(judged, other, packet)].join(', '), path: outcome.path, ...(deciding === undefined ? {} : { deciding }), fate: outcome };
}

function ending({ verdict, stage, out, replies, unknown }: Outcome): string {
  switch (verdict) {
    case 'input':
      return 'accepted, delivered to this host';
    case 'forward':
      return `accepted, forwarded out ${out ?? '?'}`;
    case 'output':
      return `accepted, sent out ${out ?? '?'}`;
    case 'drop':
      return `dropped in ${stage ?? '?'}`;
    case 'reject':
      return `rejected in ${stage ?? '?'}${answerOf(replies[0])}`;
    case 'lost':
      return `lost behind ${stage ?? '?'}`;
    case 'held':
      return 'held as a fragment';
    case 'unseen':
      return 'not seen by any rule';
    case 'unknown':
      return `not known: it hangs on ${unknown?.extension ?? '?'}, ${unknown?.reason ?? ''}`;
  }
}

function answerOf(reply: Uint8Array | undefined): string {
  const found = reply && dissect(reply);
  if (found === undefined) return '';
  if (found.protocol === 6) return ' with a TCP reset';
  return ` with ICMP type ${found.transport[0] ?? 0} code ${found.transport[1] ?? 0}`;
}

/** Marks, header writes, translation and logs: all where there is no other side, else those that the other has not. */
function details(judged: Judged, other: Judged | undefined, packet: PacketInput): readonly string[] {
  const { outcome, effects } = judged;
  const lives = arrives(outcome);
  const theirs = other === undefined ? [] : other.effects.map(({ text }) => text);
  const told = effects.filter(({ step, lasting, text }) => (lives || lasting === true || step !== undefined) && (other === undefined || !theirs.includes(text))).map(({ text }) => text.replace(/ \(.*\)$/, ''));
  const unlogged = other !== undefined && told.length === 0 && other.effects.some(({ step, text }) => step !== undefined && !effects.some((own) => own.text === text)) ? ['not logged'] : [];
  if (!lives || outcome.bytes === undefined) return [...told, ...unlogged];
  const [before, after] = [dissect(packet.bytes), dissect(outcome.bytes)];
  const rival = other?.outcome.bytes === undefined ? undefined : dissect(other.outcome.bytes);
  const differs = (one: unknown, its: unknown): boolean => other === undefined || !arrives(other.outcome) || one !== its;
  const mark = outcome.mark ?? 0;
  const words = [...told, ...unlogged];
  if (differs(mark, other?.outcome.mark ?? 0) && (mark !== (packet.mark ?? 0) || (other !== undefined && arrives(other.outcome)))) words.push(mark === 0 ? 'not marked' : `marked 0x${mark.toString(16)}`);
  if (before === undefined || after === undefined) return words;
  const end = (found: typeof after, address: bigint, at: number): string => {
    const written = formatAddress(found.family, address);
    if (!portProtocols.includes(found.protocol) || found.transport.length < 4) return written;
    return `${found.family === 6 ? `[${written}]` : written}:${readU16(found.transport, at)}`;
  };
  const from = (found: typeof after): string => end(found, found.source, 0);
  const to = (found: typeof after): string => end(found, found.destination, 2);
  const translations = [
    ...(to(after) === to(before) ? [] : [`sent on to ${to(after)}`]),
    ...(from(after) === from(before) ? [] : [`from ${from(after)}`]),
  ];
  if (differs(`${from(after)} ${to(after)}`, rival && `${from(rival)} ${to(rival)}`) && (translations.length > 0 || rival !== undefined)) words.push(translations.length === 0 ? 'not translated' : translations.join(' '));
  if (differs(after.tos, rival?.tos) && (after.tos !== before.tos || rival !== undefined)) words.push(`tos 0x${after.tos.toString(16).padStart(2, '0')}`);
  if (rival !== undefined && after.ttl !== rival.ttl) words.push(`ttl ${after.ttl}`);
  return words;
}

/** The step that settled it: of a packet that ended, the last; else the first that did what the other side did not; else the last match or policy at the hook. */
function decidingStep({ outcome, deeds, rejecting }: Judged, other: Judged | undefined, hook: Hook): TraceStep | undefined {
  const { path, stage } = outcome;
  if (rejecting !== undefined) return rejecting;
  if (!arrives(outcome)) return path.findLast((step) => step.hook === stage) ?? path.at(-1);
  if (other !== undefined && arrives(other.outcome)) {
    const theirs = other.deeds.map(({ text }) => text);
    const alone = deeds.find(({ step, text }) => step.hook === hook && !theirs.includes(text));
    if (alone !== undefined) return alone.step;
  }
  const settles = (step: TraceStep): boolean => step.hook === hook && (step.result === 'match' || step.result === 'policy' || step.result === 'hotdrop');
  // Chains that no rule set names have no line.
  return path.findLast((step) => settles(step) && step.result !== 'policy') ?? path.findLast((step) => settles(step) && step.line > 0) ?? path.findLast(settles);
}
