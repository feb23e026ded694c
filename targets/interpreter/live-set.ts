import type { NamedSet, SetCounterTest, SetElement, SetPart } from '../../src/ir/index.js';
import type { LivePacket } from '../../src/stack/index.js';
import { hostBits, isRange, keyOfValue, mayHold, netKey, partFits, partKey, partOf, prefixOf, spelled, without } from './set-elements.js';
import { type Direction, type SetValue, valuesOf } from './set-values.js';

/** An element with what packets make of it. */
export interface Live {
  readonly parts: readonly SetPart[];
  readonly nomatch: boolean;
  /** When it goes, in seconds; Infinity never. */
  expires: number;
  packets: bigint;
  bytes: bigint;
  mark: SetElement['mark'];
  /** Of bitmap:ip,mac: an element without one takes that of the first packet that looks it up. */
  mac?: number;
}

/** How a rule looks something up. */
export interface Question {
  readonly directions: readonly Direction[];
  readonly returnNomatch?: true;
  readonly updateCounters?: boolean;
  readonly updateSubcounters?: boolean;
  readonly packets?: SetCounterTest;
  readonly bytes?: SetCounterTest;
}

/** How SET puts something in. `timeout` in seconds, 0 for ever; that of the set unless given. */
export interface Adding {
  readonly directions: readonly Direction[];
  readonly exist?: true;
  readonly timeout?: number;
}

/** A set as the kernel keeps it: packets look elements up, count at them, put them in and take them out. */
export interface LiveSet {
  /** The element that decided, or `none` (for a list: one of its own). */
  test(packet: LivePacket, question: Question): Live | 'none';
  /** Whether there is another element now, or an old one was begun anew. */
  add(packet: LivePacket, adding: Adding): boolean;
  remove(packet: LivePacket, directions: readonly Direction[]): boolean;
  reset(): void;
}

/** Elements that share all but their interfaces. */
type Bucket = Live[];

/** A set of any type but list:set. Elements are asked the narrowest first. */
export function liveSet(set: NamedSet): LiveSet {
  const nets = set.dimensions.flatMap((dimension, position) => (dimension === 'net' ? [position] : []));
  const openMac = set.method === 'bitmap' && set.dimensions.includes('mac');
  let started: number | undefined;
  let buckets = new Map<string, Bucket>();
  /** For each network dimension how many elements there are of each prefix length. */
  let lengths: Map<number, number>[] = [];
  let ranges: Live[] = [];
  let size = 0;

  const bucketKey = (parts: readonly SetPart[]): string => parts.map((part, position) => (openMac && position > 0 ? '' : partKey(part, nets.includes(position)))).join(' ');
  const valueKey = (values: readonly SetValue[], prefixes: readonly number[]): string =>
    values.map((value, position) => {
      const net = nets.indexOf(position);
      return openMac && position > 0 ? '' : net < 0 ? keyOfValue(value) : netKey(value, prefixes[net] ?? hostBits(set), set);
    }).join(' ').trimEnd();

  const count = (parts: readonly SetPart[], by: 1 | -1): void => {
    size += by;
    nets.forEach((position, index) => {
      const part = parts[position];
      const known = (lengths[index] ??= new Map<number, number>());
      if (part?.kind === 'addresses') known.set(prefixOf(part, set), (known.get(prefixOf(part, set)) ?? 0) + by);
    });
  };
  const put = (element: Live): void => {
    const key = bucketKey(element.parts).trimEnd();
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [element]);
    else bucket.push(element);
    count(element.parts, 1);
  };
  const begin = (time: number): void => {
    if (started !== undefined) return;
    started = time;
    buckets = new Map();
    lengths = nets.map(() => new Map<number, number>());
    ranges = [];
    size = 0;
    for (const element of set.elements) {
      for (const parts of spelled(element.parts, nets, set)) {
        const mac = parts.flatMap((part) => (part.kind === 'mac' ? [part.address] : []))[0];
        // Where the MAC is open the time begins when it is filled in.
        const waits = openMac && mac === undefined;
        const live: Live = {
          parts, nomatch: element.nomatch === true, expires: element.timeout === undefined || element.timeout === 0 || waits ? Infinity : time + element.timeout,
          packets: element.packets ?? 0n, bytes: element.bytes ?? 0n, mark: element.mark, ...(mac === undefined ? {} : { mac }),
        };
        if (parts.some((part, position) => !nets.includes(position) && isRange(part))) ranges.push(live);
        else put(live);
      }
    }
  };
  const present = (index: number): readonly number[] => [...(lengths[index] ?? [])].flatMap(([length, many]) => (many > 0 ? [length] : [])).sort((a, b) => b - a);
  /** Every combination of prefix lengths, the narrowest first. */
  const levels = (): readonly (readonly number[])[] => nets.reduce<readonly (readonly number[])[]>((all, _, index) => all.flatMap((one) => present(index).map((length) => [...one, length])), [[]]);
  /** What a packet adds or takes away has the narrowest size there is, of a set without any that of a host. */
  const narrowest = (): readonly number[] => nets.map((_, index) => present(index)[0] ?? hostBits(set));

  const fitsRest = (element: Live, values: readonly SetValue[]): boolean =>
    set.dimensions.every((dimension, position) => {
      const [part, value] = [element.parts[position], values[position]];
      if (dimension === 'mac' && openMac) return element.mac === undefined || (value?.kind === 'mac' && value.address === element.mac);
      return value === undefined || nets.includes(position) || partFits(part, value);
    });
  const alive = (element: Live, time: number): boolean => element.expires > time;

  /** The counters go on, then they are asked. */
  const matches = (element: Live, packet: LivePacket, question: Question): boolean => {
    if (!alive(element, packet.time)) return false;
    return counted(element, packet, question, set.counters);
  };

  const find = (values: readonly SetValue[], prefixes: readonly number[], time: number): Live | undefined => {
    const alike = buckets.get(valueKey(values, prefixes)) ?? [];
    return alike.find((element) => alive(element, time) && fitsRest(element, values)) ?? ranges.find((element) => alive(element, time) && fitsRest(element, values));
  };
  const alikeIn = (values: readonly SetValue[], time: number): Live | undefined => (buckets.get(valueKey(values, [])) ?? []).find((element) => alive(element, time));
  const drop = (element: Live): void => {
    const key = bucketKey(element.parts).trimEnd();
    const bucket = (buckets.get(key) ?? []).filter((one) => one !== element);
    if (bucket.length > 0) buckets.set(key, bucket);
    else buckets.delete(key);
    count(element.parts, -1);
  };
  const sweep = (time: number): void => {
    for (const bucket of [...buckets.values()]) for (const element of bucket) if (!alive(element, time)) drop(element);
  };

  return {
    test(packet, question) {
      begin(packet.time);
      const values = valuesOf(packet, set, question.directions);
      if (values === undefined) return 'none';
      for (const prefixes of levels()) {
        const alike = buckets.get(valueKey(values, prefixes)) ?? [];
        for (const element of [...alike, ...ranges]) {
          if (!fitsRest(element, values)) continue;
          if (openMac && element.mac === undefined) {
            const filled = values.find(({ kind }) => kind === 'mac');
            if (filled?.kind === 'mac') element.mac = filled.address;
            if (set.timeout !== undefined && set.timeout > 0) element.expires = packet.time + set.timeout;
            return element;
          }
          if (matches(element, packet, question)) return element.nomatch === (question.returnNomatch === true && nets.length > 0) ? element : 'none';
        }
        // Where the set holds the network for another interface, wider ones are not asked.
        if (alike.length > 0 && set.dimensions.includes('iface')) return 'none';
      }
      return 'none';
    },
    add(packet, { directions, exist, timeout = set.timeout }) {
      begin(packet.time);
      const values = valuesOf(packet, set, directions);
      if (values === undefined || !mayHold(values, set)) return false;
      const prefixes = narrowest();
      const known = find(values, prefixes, packet.time);
      const expires = set.timeout === undefined || timeout === undefined || timeout === 0 ? Infinity : packet.time + timeout;
      const fresh = { expires, packets: 1n, bytes: BigInt(packet.bytes.length), mark: undefined };
      const mac = values.flatMap((value) => (value.kind === 'mac' ? [value.address] : []))[0];
      const sameAddress = openMac ? alikeIn(values, packet.time) : undefined;
      if (sameAddress !== undefined && mac !== undefined) {
        if (exist !== true && sameAddress.mac !== undefined) return false;
        Object.assign(sameAddress, fresh, { mac });
        return true;
      }
      if (known !== undefined) {
        if (exist !== true) return false;
        Object.assign(known, fresh);
        return true;
      }
      sweep(packet.time);
      if (set.method === 'hash' && size >= (set.room ?? 65_536)) return false;
      put({ parts: values.map((value, position) => partOf(value, prefixes[nets.indexOf(position)], set)), nomatch: false, ...fresh, ...(mac === undefined ? {} : { mac }) });
      return true;
    },
    remove(packet, directions) {
      begin(packet.time);
      const values = valuesOf(packet, set, directions);
      if (values === undefined) return false;
      // The address alone says which element of bitmap:ip,mac goes.
      const known = openMac ? alikeIn(values, packet.time) : find(values, narrowest(), packet.time);
      if (known === undefined) return false;
      if (ranges.includes(known)) ranges = ranges.flatMap((element) => (element === known ? without(element, values) : [element]));
      else drop(known);
      return true;
    },
    reset() {
      started = undefined;
    },
  };
}

/** What a look-up leaves at an element, and whether its counts are as asked. */
export function counted(element: Live, packet: LivePacket, { updateCounters, packets, bytes }: Question, counters: boolean): boolean {
  if (!counters) return true;
  if (updateCounters !== false) {
    element.packets += 1n;
    element.bytes += BigInt(packet.bytes.length);
  }
  return countIs(element.packets, packets) && countIs(element.bytes, bytes);
}

function countIs(count: bigint, test: SetCounterTest | undefined): boolean {
  switch (test?.comparison) {
    case undefined:
      return true;
    case 'eq':
      return count === test?.value;
    case 'ne':
      return count !== test?.value;
    case 'lt':
      return count < (test?.value ?? 0n);
    case 'gt':
      return count > (test?.value ?? 0n);
  }
}
