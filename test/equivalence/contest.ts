import { expect } from 'vitest';
import type { Outcome, PacketInput } from '../../src/ir/index.js';
import { packetsFor, type PacketOptions } from '../generators/packets.js';
import { randomProgram, type GeneratedProgram } from '../generators/ruleset.js';
import type { LanguageOptions } from '../generators/language.js';
import { comparable } from '../kernel/index.js';
import { settings } from './settings.js';
import { packetLine, shrinkRules } from './shrink.js';

/** Someone who judges packets by a rule set. */
export interface Contender {
  readonly name: string;
  /** Outcomes in order; undefined when it refuses the rule set. */
  judge(generated: GeneratedProgram, packets: readonly PacketInput[]): Promise<readonly Outcome[] | undefined>;
}

export interface Contest {
  readonly reference: Contender;
  readonly contender: Contender;
  readonly language?: LanguageOptions;
  readonly packets?: PacketOptions;
  /** What must be equal of an outcome; `comparable` unless given. */
  readonly measure?: (outcome: Outcome) => string;
  /** Packets that the contender's output does not answer for. */
  readonly excused?: (generated: GeneratedProgram, packet: PacketInput) => boolean;
  /** Seeds count from here, so that contests do not share rule sets. */
  readonly offset?: number;
}

/** What a contest looked at. */
export interface Tally {
  readonly rulesets: number;
  readonly refused: number;
  readonly packets: number;
  readonly excused: number;
  readonly verdicts: ReadonlyMap<string, number>;
}

const failuresShown = 3;

/**
 * Shows the same packets to both under the same random rule sets. A difference is shrunk to the rules that matter and printed as a
 * case to keep: seed, rules, sets, packet, both outcomes. Throws when there was one.
 */
export async function contest(contest: Contest): Promise<Tally> {
  const { reference, contender } = contest;
  const failures: string[] = [];
  const verdicts = new Map<string, number>();
  let [refused, packetCount, excused] = [0, 0, 0];
  for (let index = 0; index < settings.rulesets; index++) {
    const seed = settings.seed + (contest.offset ?? 0) + index;
    const generated = randomProgram(seed, contest.language);
    const packets = packetsFor(generated.program, seed, settings.packets, contest.packets);
    const right = await contender.judge(generated, packets);
    if (!right) {
      refused += 1;
      continue;
    }
    const left = await reference.judge(generated, packets);
    if (!left) throw new Error(`${reference.name} refuses the rule set of seed ${seed}:\n${generated.text}`);
    const odd = packets.filter((packet, at) => {
      const expected = left[at];
      const given = right[at];
      if (!expected || !given) throw new Error('an outcome is missing');
      if (contest.excused?.(generated, packet)) {
        excused += 1;
        return false;
      }
      packetCount += 1;
      verdicts.set(expected.verdict, (verdicts.get(expected.verdict) ?? 0) + 1);
      return measured(contest, expected) !== measured(contest, given);
    });
    if (odd.length === 0) continue;
    const [first] = odd;
    if (first) failures.push(await report(contest, generated, packets, first, `seed ${seed}, ${odd.length} of ${packets.length} packets`));
    if (failures.length >= failuresShown) break;
  }
  const tally = { rulesets: settings.rulesets, refused, packets: packetCount, excused, verdicts };
  if (failures.length > 0) throw new Error(`${contender.name} differs from ${reference.name}\n\n${failures.join('\n\n')}`);
  return tally;
}

const measured = (contest: Contest, outcome: Outcome): string => (contest.measure ?? comparable)(outcome);

/** The one packet alone where that shows the difference, else all up to it. */
async function report(contest: Contest, generated: GeneratedProgram, packets: readonly PacketInput[], odd: PacketInput, title: string): Promise<string> {
  const shown = async (smaller: GeneratedProgram, witness: readonly PacketInput[]): Promise<readonly [Outcome, Outcome] | undefined> => {
    const left = (await contest.reference.judge(smaller, witness))?.at(-1);
    const right = (await contest.contender.judge(smaller, witness))?.at(-1);
    if (!left || !right || measured(contest, left) === measured(contest, right)) return undefined;
    return contest.excused?.(smaller, odd) ? undefined : [left, right];
  };
  const witness = (await shown(generated, [odd])) ? [odd] : packets.slice(0, packets.indexOf(odd) + 1);
  const small = await shrinkRules(generated, async (smaller) => (await shown(smaller, witness)) !== undefined);
  const both = await shown(small, witness);
  const outcomes = both
    ? `-- ${contest.reference.name}\n${measured(contest, both[0])}\n-- ${contest.contender.name}\n${measured(contest, both[1])}`
    : '(the difference does not come again)';
  const sets = small.text.includes('--match-set') ? `-- sets\n${small.sets}` : '';
  const rules = small.text.replace(/\n{2,}/g, '\n');
  return `== ${title}\n${rules}${sets}-- packet${witness.length > 1 ? ` (after ${witness.length - 1} others)` : ''}\n${packetLine(odd)}\n${outcomes}`;
}

/** A contest in which hardly anything happened says nothing. */
export function expectMeaning(tally: Tally): void {
  console.log(
    `${tally.rulesets - tally.refused} rule sets (${tally.refused} refused), ${tally.packets} packets judged, ${tally.excused} excused; seed ${settings.seed}; ` +
      [...tally.verdicts].map(([verdict, count]) => `${verdict} ${count}`).join(', '),
  );
  expect(tally.rulesets - tally.refused).toBeGreaterThan(0);
  expect(tally.verdicts.size).toBeGreaterThan(1);
}
