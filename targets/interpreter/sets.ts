import type { NamedSet } from '../../src/ir/index.js';
import { counted, type Live, type LiveSet, liveSet } from './live-set.js';

/** Sets as rules of both families share them. */
export interface LiveSets {
  readonly byName: ReadonlyMap<string, NamedSet>;
  find(name: string): LiveSet | undefined;
  /** As they were given. */
  reset(): void;
}

export function createLiveSets(sets: readonly NamedSet[]): LiveSets {
  const byName = new Map(sets.map((set) => [set.name, set]));
  const made = new Map<string, LiveSet>();
  const find = (name: string): LiveSet | undefined => {
    const set = byName.get(name);
    const known = made.get(name);
    if (set === undefined || known !== undefined) return known;
    const live = set.dimensions[0] === 'set' ? liveList(set, find) : liveSet(set);
    made.set(name, live);
    return live;
  };
  return {
    byName,
    find,
    reset() {
      for (const live of made.values()) live.reset();
    },
  };
}

/** A list asks its members in their order; what is put in goes into the first that takes it. */
function liveList(set: NamedSet, find: (name: string) => LiveSet | undefined): LiveSet {
  interface Member {
    readonly element: Live;
    readonly live: LiveSet;
  }
  let known: readonly Member[] | undefined;
  const members = (time: number): readonly Member[] => {
    known ??= set.elements.flatMap(({ parts, timeout, packets = 0n, bytes = 0n, mark }) =>
      parts.flatMap((part): readonly Member[] => {
        const live = part.kind === 'set' ? find(part.name) : undefined;
        return live === undefined ? [] : [{ live, element: { parts, nomatch: false, expires: timeout === undefined || timeout === 0 ? Infinity : time + timeout, packets, bytes, mark } }];
      }),
    );
    return known.filter(({ element }) => element.expires > time);
  };
  return {
    test(packet, { packets, bytes, ...question }) {
      const { directions, returnNomatch, updateCounters, updateSubcounters } = question;
      const inner = { directions, ...(returnNomatch === undefined ? {} : { returnNomatch }), updateCounters: updateCounters !== false && updateSubcounters !== false };
      const asked = { ...question, ...(packets === undefined ? {} : { packets }), ...(bytes === undefined ? {} : { bytes }) };
      for (const { element, live } of members(packet.time)) {
        if (live.test(packet, inner) !== 'none' && counted(element, packet, asked, set.counters)) return element;
      }
      return 'none';
    },
    add: (packet, adding) => members(packet.time).some(({ live }) => live.add(packet, adding)),
    remove: (packet, directions) => members(packet.time).some(({ live }) => live.remove(packet, directions)),
    reset() {
      known = undefined;
    },
  };
}
