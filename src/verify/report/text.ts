import { printable } from '../../diagnostics/index.js';
import { describePacket, toHex } from '../../packet/index.js';
import { pathLines } from '../../packet/story.js';
import type { Difference, Judgement, Side, Witness } from '../result.js';
import { decidedAt, placeText, sidesOf, type Inputs } from './place.js';
import { cubeText, shareText } from './words.js';

/** Every difference as a person reads it: the packet, what each side does with it and why, and where else they differ. */
export function differencesText(differences: readonly Difference[], inputs: Inputs): string {
  return differences.map((difference, index) => differenceText(difference, inputs, differences.length === 1 ? '' : `${index + 1} of ${differences.length}: `)).join('\n');
}

const kinds: { readonly [K in Difference['kind']]: string } = { verdict: 'what becomes of packets differs', effect: 'what is done to packets differs' };

function differenceText(difference: Difference, inputs: Inputs, number: string): string {
  const { family, hook, kind, witness, left, right, region, complete, share } = difference;
  const sides = sidesOf(difference, inputs);
  const lines = [
    `${number}${hook} (IPv${family}): ${kinds[kind]}`,
    '',
    ...witnessLines(witness),
    '',
    ...judgementLines('left', left, sides.left, right),
    ...judgementLines('right', right, sides.right, left),
    '',
    `  wherever  (${shareText(share)} of what can come to ${hook})`,
    ...region.map((cube) => `    ${cubeText(cube)}`),
    ...(complete ? [] : ['    and more like these']),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

export function witnessLines(witness: Witness | undefined): readonly string[] {
  if (witness === undefined) return ['  packet  none can be built that comes here: see the region below'];
  const { standing } = witness;
  return [
    ...(standing?.packets ?? []).map((packet, index) => `  ${index === 0 ? 'stands' : '      '}  ${describePacket(packet)}${index === 0 ? ', before the rules are loaded' : ''}`),
    ...(standing === undefined || standing.mark === 0 ? [] : [`          and its connection has the mark 0x${standing.mark.toString(16)}`]),
    ...runsOf(witness.before.map(describePacket)).map(({ words, times }, index) => `  ${index === 0 ? 'first ' : '      '}  ${words}${times === 1 ? '' : `, ${times} times`}`),
    `  packet  ${witness.words}`,
    `          hex ${toHex(witness.packet.bytes)}`,
    ...(witness.replayable ? [] : [`          not to be replayed: it hangs on ${witness.hangsOn ?? 'what no packet can show'}`]),
  ];
}

/** Equal texts behind one another, once. */
function runsOf(texts: readonly string[]): readonly { readonly words: string; readonly times: number }[] {
  const runs: { words: string; times: number }[] = [];
  for (const words of texts) {
    const last = runs.at(-1);
    if (last?.words === words) last.times += 1;
    else runs.push({ words, times: 1 });
  }
  return runs;
}

/** What one side does. `other`: the other side's, to tell as what the packet leaves where only that differs. */
export function judgementLines(title: string, judgement: Judgement, side: Side, other?: Judgement): readonly string[] {
  const place = decidedAt(judgement, side);
  return [
    `  ${title.padEnd(6)}  ${judgement.outcome}`,
    ...(other === undefined ? [] : leavesAs(judgement, other).map((words) => `          as ${words}`)),
    `          ${place === undefined ? `${side.file}: no rule is asked` : placeText(place)}`,
    ...pathLines(judgement.path, side.numbering).map((line) => `            ${line}`),
  ];
}

function leavesAs({ fate, outcome }: Judgement, other: Judgement): readonly string[] {
  const [own, theirs] = [fate?.bytes, other.fate?.bytes];
  if (own === undefined || theirs === undefined || outcome !== other.outcome || toHex(own) === toHex(theirs)) return [];
  const words = describePacket(own);
  return [words === describePacket(theirs) ? `${words} (${toHex(own)})` : words];
}
