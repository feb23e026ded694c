import { type CoreRuleset, externalText, type PacketInput, type Predicate, type Step } from '../ir/index.js';
import { leavesOf } from '../ir/predicate.js';

/** A rate, per second, that packets sent one behind the other outrun. */
const slow = 25;
/** A rate, per second, at which nothing comes in while a few packets are sent. */
const rare = 0.5;
/** Packets that are sent first at most. */
const most = 150;
/** Different numbers that are tried at most. */
const mostCounts = 6;

/** A test that packets wear out. */
export interface Worn {
  readonly identity: string;
  /** How often a packet is to be sent before it finds the rate used up, or the list of recent addresses filled. */
  readonly count: number;
}

/** Rates and lists that the rules ask. */
export const wornBy = (rulesets: readonly CoreRuleset[]): readonly Worn[] =>
  rulesets.flatMap(({ tables }) => tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules.flatMap(({ steps }) => steps.flatMap(wornAt))))).filter(({ count }) => count <= most);

/** Counts of those that some texts name, the smallest first; of all, where they name none. */
export function repetitions(worn: readonly Worn[], texts: readonly string[]): readonly number[] {
  const named = worn.filter(({ identity }) => texts.some((text) => text.includes(identity)));
  return [...new Set((named.length > 0 ? named : worn).map(({ count }) => count))].sort((a, b) => a - b).slice(0, mostCounts);
}

function wornAt(step: Step): readonly Worn[] {
  if (step.kind !== 'refuse') return leavesOf(step.predicate).flatMap(rateOf);
  const { identity = step.extension } = step;
  if (step.extension !== 'recent') return [];
  const hits = /"hitcount":(\d+)/.exec(identity)?.[1];
  return [{ identity, count: Number(hits ?? 1) }];
}

function rateOf(predicate: Predicate): readonly Worn[] {
  if (predicate.kind === 'limit') return burstOf(predicate.identity, 10_000 / predicate.interval, predicate.burst);
  if (predicate.kind !== 'external') return [];
  const { test } = predicate;
  if (test.kind === 'meter' && test.rate.unit === 'packets') return burstOf(externalText(test), 1_000_000 / test.rate.interval, test.rate.burst);
  return test.kind === 'listed' ? [{ identity: externalText(test), count: 1 }] : [];
}

/** The whole burst, and what comes in while it is sent: two seconds' worth, at so many a second. Where little comes in, the burst to the packet, too. */
function burstOf(identity: string, rate: number, burst: number): readonly Worn[] {
  if (rate > slow) return [];
  const counts = [...(rate < rare ? [burst, burst + 1] : []), burst + Math.ceil(2 * rate) + 2];
  return counts.map((count) => ({ identity, count }));
}

export const repeated = (packet: PacketInput, count: number): readonly PacketInput[] => Array.from({ length: count }, (_, index) => ({ ...packet, id: `before ${index + 1}` }));
