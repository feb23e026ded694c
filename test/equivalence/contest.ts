import { expect } from 'vitest';
import type { Outcome, PacketInput } from '../../src/ir/index.js';
import { packetsFor, type PacketOptions } from '../generators/packets.js';
import { randomProgram, type GeneratedProgram } from '../generators/ruleset.js';
import type { LanguageOptions } from '../generators/language.js';
import { comparable } from '../kernel/index.js';
import { rulesetsOf, settings } from './settings.js';
import { packetLine, ruleLines, shrinkRules, squeezed, without } from './shrink.js';

/** Someone who judges packets by a rule set. */
export interface Contender {
  readonly name: string;
  judge(generated: GeneratedProgram, packets: readonly PacketInput[]): Promise<readonly Outcome[]>;
  /** Lines of the rules that it refuses to carry; they are left out for both. */
  refuses?(generated: GeneratedProgram): readonly number[];
}

export interface Contest {
  readonly reference: Contender;
  readonly contender: Contender;
  readonly language?: LanguageOptions;
  readonly packets?: PacketOptions;
  /** What must be equal of an outcome; `comparable` unless given. */
  readonly measure?: (outcome: Outcome, generated: GeneratedProgram) => string;
  /** Packets that the contender's output does not answer for. */
  readonly excused?: (generated: GeneratedProgram, packet: PacketInput) => boolean;
  /** Seeds count from here, so that contests do not share rule sets. */
  readonly offset?: number;
}

/** What a contest looked at. */
export interface Tally {
  readonly rulesets: number;
  readonly rules: number;
  /** Rules left out. */
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
  const rulesets = rulesetsOf(contest.language ?? {});
  const failures: string[] = [];
  const verdicts = new Map<string, number>();
  let [rules, refused, packetCount, excused] = [0, 0, 0, 0];
  for (let index = 0; index < rulesets && failures.length < failuresShown; index++) {
    const seed = settings.seed + (contest.offset ?? 0) + index;
    const whole = randomProgram(seed, contest.language);
    const generated = carried(contest, whole);
    rules += ruleLines(generated).length;
    refused += ruleLines(whole).length - ruleLines(generated).length;
    const all = packetsFor(generated.program, seed, settings.packets, contest.packets).filter((packet) => hasWay(generated, packet));
    // Excused packets are not shown: what rules count of them may differ.
    const packets = all.filter((packet) => contest.excused?.(generated, packet) !== true);
    excused += all.length - packets.length;
    const [left, right] = [await answers(contest, reference, generated, packets), await answers(contest, contender, generated, packets)];
    const odd = packets.filter((_, at) => {
      packetCount += 1;
      const verdict = left[at]?.split(/\s/)[0] ?? 'missing';
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      return left[at] !== right[at];
    });
    const [first] = odd;
    if (first) {
      const at = packets.indexOf(first);
      failures.push(await report(contest, generated, packets, first, `seed ${seed}, ${odd.length} of ${packets.length} packets`, [left[at] ?? '', right[at] ?? '']));
    }
  }
  if (failures.length > 0) throw new Error(`${contender.name} differs from ${reference.name}\n\n${failures.join('\n\n')}`);
  return { rulesets, rules, refused, packets: packetCount, excused, verdicts };
}

/** Comes in by an interface that the host has, or from the host. */
export const hasWay = ({ topology }: GeneratedProgram, { origin, inInterface }: PacketInput): boolean =>
  origin === 'local' || inInterface === undefined || topology.ifaces.some(({ name }) => name === inInterface);

/** What is left when the contender carries everything. Leaving a rule out may uncover what stands behind it. */
function carried(contest: Contest, generated: GeneratedProgram): GeneratedProgram {
  const lines = contest.contender.refuses?.(generated) ?? [];
  if (lines.length === 0) return generated;
  const smaller = without(generated, new Set(lines));
  if (ruleLines(smaller).length === ruleLines(generated).length) throw new Error(`refuses lines ${lines.join(', ')}, which hold no rule:\n${generated.text}`);
  return carried(contest, smaller);
}

/** What must be equal, one text a packet. A judge that fails says why for each of them, so that failures shrink like differences. */
async function answers(contest: Contest, judge: Contender, generated: GeneratedProgram, packets: readonly PacketInput[]): Promise<readonly string[]> {
  try {
    return (await judge.judge(generated, packets)).map((outcome) => (contest.measure ?? comparable)(outcome, generated));
  } catch (error) {
    const text = error instanceof Error ? `${error.message}${error.stack?.match(/\n\s+at .*/)?.[0] ?? ''}` : String(error);
    return packets.map(() => `failed: ${text}`);
  }
}

/** The one packet alone where that shows the difference, else all up to it. */
async function report(contest: Contest, generated: GeneratedProgram, packets: readonly PacketInput[], odd: PacketInput, title: string, seen: readonly [string, string]): Promise<string> {
  const shown = async (smaller: GeneratedProgram, witness: readonly PacketInput[]): Promise<readonly [string, string] | undefined> => {
    const left = (await answers(contest, contest.reference, smaller, witness)).at(-1) ?? '';
    const right = (await answers(contest, contest.contender, smaller, witness)).at(-1) ?? '';
    return left === right || contest.excused?.(smaller, odd) ? undefined : [left, right];
  };
  const witness = (await shown(generated, [odd])) ? [odd] : packets.slice(0, packets.indexOf(odd) + 1);
  const found = await shown(generated, witness);
  if (!found) return `== ${title}\n${squeezed(generated)}-- packet\n${packetLine(odd)}\n${bothSides(contest, seen)}\n(the difference does not come again)`;
  const failing = found[1].startsWith('failed:');
  const small = await shrinkRules(generated, async (smaller) => {
    const both = await shown(smaller, witness);
    return both !== undefined && both[1].startsWith('failed:') === failing;
  });
  const both = (await shown(small, witness)) ?? found;
  const sets = /-set \S+ (?:src|dst)/.test(small.text) ? `-- sets\n${small.sets}` : '';
  return `== ${title}\n${squeezed(small)}${sets}-- packet${witness.length > 1 ? ` (after ${witness.length - 1} others)` : ''}\n${packetLine(odd)}\n${bothSides(contest, both)}`;
}

const bothSides = ({ reference, contender }: Contest, [left, right]: readonly [string, string]): string => `-- ${reference.name}\n${left}\n-- ${contender.name}\n${right}`;

/** A contest in which hardly anything happened says nothing. */
export function expectMeaning(tally: Tally): void {
  console.log(
    `${tally.rulesets} rule sets, ${tally.rules} rules (${tally.refused} refused), ${tally.packets} packets judged, ${tally.excused} excused; seed ${settings.seed}; ` +
      [...tally.verdicts].map(([verdict, count]) => `${verdict} ${count}`).join(', '),
  );
  expect(tally.rules).toBeGreaterThan(0);
  expect(tally.verdicts.size).toBeGreaterThan(1);
}
