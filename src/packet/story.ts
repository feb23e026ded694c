import { printable } from '../diagnostics/index.js';
import type { Outcome, PacketInput, TraceStep } from '../ir/index.js';
import { describePacket } from './describe.js';

/** How a verdict reads to a person. */
export function endingOf(outcome: Outcome): string {
  const stage = outcome.stage ?? '';
  switch (outcome.verdict) {
    case 'input':
      return 'delivered to this host';
    case 'forward':
      return `forwarded out of ${outcome.out ?? '?'}`;
    case 'output':
      return `sent out of ${outcome.out ?? '?'}`;
    case 'drop':
      return `dropped in ${stage}`;
    case 'reject':
      return `rejected in ${stage}`;
    case 'lost':
      return `lost after ${stage}: routing, TTL or size ended it`;
    case 'held':
      return `held: a fragment that waits for the rest of its packet`;
    case 'unseen':
      return 'discarded before any rule';
    case 'unknown':
      return 'not known: a rule asks what ferrule does not model';
  }
}

const arrows: { readonly [R in TraceStep['result']]: string } = {
  'match': 'matched', 'no-match': '', 'hotdrop': 'dropped: the packet is too short for this test', 'return': 'returned', 'policy': 'policy', 'unknown': 'not modelled',
};

/** The steps of a way, a line each; those that did not match are counted. `numbered`: what the numbers of its rules are. */
export function pathLines(path: readonly TraceStep[], numbered = 'line'): readonly string[] {
  const out: string[] = [];
  let skipped = 0;
  for (const step of path) {
    if (step.result === 'no-match') {
      skipped += 1;
      continue;
    }
    const rule = step.rule === 0 ? 'policy' : `rule ${step.rule}${step.line > 0 ? ` (${numbered} ${step.line})` : ''}`;
    const looked = skipped === 0 ? '' : `  after ${skipped} that did not match`;
    skipped = 0;
    out.push(`${step.hook.padEnd(11)} ${step.table.padEnd(8)} ${step.chain} ${rule}: ${arrows[step.result]}${looked}`.trimEnd());
  }
  return out;
}

/** One packet's way as text: what it is, the rules that matched, where it ended and as what it left. */
export function storyOf(packet: PacketInput | undefined, outcome: Outcome): string {
  const out = [packet === undefined ? outcome.id : describePacket(packet), ...pathLines(outcome.path).map((line) => `  ${line}`)];
  out.push(`  = ${endingOf(outcome)}${outcome.mark === undefined || outcome.mark === 0 ? '' : `, mark 0x${outcome.mark.toString(16)}`}`);
  if (outcome.bytes !== undefined && packet !== undefined) {
    const left = describePacket(outcome.bytes);
    if (left !== describePacket(packet.bytes)) out.push(`  = as ${left}`);
  }
  for (const reply of outcome.replies) out.push(`  < answered with ${describePacket(reply)}`);
  return out.map((line) => `${printable(line)}\n`).join('');
}
