import type { Interval } from '../../../src/ir/index.js';
import type { NftElement } from '../ast.js';

type Part = NftElement['parts'][number];

export interface Entry {
  readonly parts: readonly Part[];
  readonly nomatch: boolean;
  readonly timeout: number | undefined;
  readonly comment: string | undefined;
}

/**
 * ipset asks for the most specific network first and lets `nomatch` there say no; nft wants intervals that do not overlap. So each
 * point belongs to the innermost element around it, and what remains are those points whose element matches (or, `wantNomatch`,
 * those whose element says no). Elements that differ in another part than the network do not meet.
 */
export function disjoint(entries: readonly Entry[], wantNomatch: boolean): readonly Entry[] {
  const widest = entries.flatMap(({ parts }) => parts.map((part, index) => ({ part, index }))).filter(({ part }) => 'min' in part && part.min !== part.max);
  const at = widest[0]?.index;
  if (at === undefined) return unique(entries.filter((entry) => entry.nomatch === wantNomatch));
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = entry.parts.map((part, index) => (index === at ? '' : partText(part))).join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].flatMap((group) => sweep(group, at).filter((entry) => entry.nomatch === wantNomatch));
}

const partText = (part: Part): string => ('name' in part ? `n${part.name}` : `${part.min}-${part.max}`);

function unique(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [entry.parts.map(partText).join(' '), entry])).values()];
}

interface Open {
  readonly entry: Entry;
  readonly max: bigint;
}

/** Elements of one group are nested or apart; those that begin later and end sooner win. */
function sweep(entries: readonly Entry[], at: number): readonly Entry[] {
  const sorted = entries
    .map((entry) => ({ entry, interval: intervalAt(entry, at) }))
    .sort((a, b) => compare(a.interval.min, b.interval.min) || compare(b.interval.max, a.interval.max));
  const out: Entry[] = [];
  const open: Open[] = [];
  let from = 0n;
  const emit = (upTo: bigint): void => {
    const top = open.at(-1);
    if (top === undefined || from > upTo) return;
    const last = out.at(-1);
    const lastInterval = last === undefined ? undefined : intervalAt(last, at);
    if (last !== undefined && lastInterval !== undefined && lastInterval.max + 1n === from && sameData(last, top.entry)) {
      out[out.length - 1] = withInterval(last, at, { min: lastInterval.min, max: upTo });
    } else {
      out.push(withInterval(top.entry, at, { min: from, max: upTo }));
    }
  };
  const closeUntil = (limit: bigint | undefined): void => {
    for (let top = open.at(-1); top !== undefined && (limit === undefined || top.max < limit); top = open.at(-1)) {
      emit(top.max);
      if (top.max + 1n > from) from = top.max + 1n;
      open.pop();
    }
  };
  for (const { entry, interval } of sorted) {
    closeUntil(interval.min);
    emit(interval.min - 1n);
    from = interval.min > from ? interval.min : from;
    open.push({ entry, max: interval.max });
  }
  closeUntil(undefined);
  return out;
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function intervalAt(entry: Entry, at: number): Interval {
  const part = entry.parts[at];
  return part !== undefined && 'min' in part ? part : { min: 0n, max: -1n };
}

const withInterval = (entry: Entry, at: number, interval: Interval): Entry => ({ ...entry, parts: entry.parts.map((part, index) => (index === at ? interval : part)) });

const sameData = (a: Entry, b: Entry): boolean => a.nomatch === b.nomatch && a.timeout === b.timeout && a.comment === b.comment;
