import { addressBits, beyondParts, type Family, type Interval, type NamedSet, portHeaders, type Predicate, prefixMask, type SetElement, type SetPart } from '../ir/index.js';
import { and, normalise, not, or, present } from '../ir/predicate.js';
import { equals, inIntervals, never } from '../lower/predicates.js';

type Lookup = Extract<Predicate, { readonly kind: 'set' }>;

/** A decision list of more elements than this is left opaque. */
const mostOrdered = 2000;

/** Lookups in sets whose elements are known, as what they ask of the packet. */
export function knownLookups(sets: readonly NamedSet[], family: Family): (lookup: Lookup) => Predicate {
  const byName = new Map(sets.map((set) => [set.name, set]));
  const known = new Map<string, Predicate | undefined>();
  return (predicate) => {
    const key = JSON.stringify([predicate.set, predicate.dimensions, predicate.nomatch]);
    const set = byName.get(predicate.set);
    if (set === undefined) return predicate;
    if (!known.has(key)) known.set(key, lookedUp(set, predicate, family, byName));
    return known.get(key) ?? predicate;
  };
}

/** Undefined where no predicate says what the lookup asks. */
function lookedUp(set: NamedSet, { dimensions, nomatch }: Lookup, family: Family, sets: ReadonlyMap<string, NamedSet>): Predicate | undefined {
  if (set.dimensions[0] === 'set') {
    const members = set.elements.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'set' ? (sets.get(part.name) ?? []) : [])));
    const lookups = members.map((member) => lookedUp(member, { kind: 'set', set: member.name, dimensions, nomatch }, family, sets));
    return lookups.every((one) => one !== undefined) ? or(lookups) : undefined;
  }
  if (beyondParts(set) !== undefined) return undefined;
  const nets = set.dimensions.includes('net');
  const anyFamily = !set.dimensions.includes('ip') && !nets;
  if ((set.family !== family && !anyFamily) || dimensions.length < set.dimensions.length) return never;
  const ask = (part: SetPart | undefined, position: number): Predicate | undefined => partPredicate(part, set, position, dimensions[position] ?? 'src', family);
  const wanted = nomatch && nets;
  if (!set.elements.some((element) => element.nomatch === true)) return wanted ? never : anyOf(set, set.elements, ask);
  if (set.dimensions.length === 1) return innermost(set, wanted, dimensions[0] ?? 'src', family);
  return set.elements.length > mostOrdered ? undefined : ordered(set, wanted, ask);
}

/** Elements that differ in their first address alone are one list of intervals. */
function anyOf(set: NamedSet, elements: readonly SetElement[], ask: (part: SetPart | undefined, position: number) => Predicate | undefined): Predicate | undefined {
  const at = set.dimensions.findIndex((dimension) => dimension === 'ip' || dimension === 'net');
  const groups = new Map<string, { readonly element: SetElement; readonly intervals: Interval[] }>();
  for (const element of elements) {
    const key = set.dimensions.map((_, position) => (position === at ? '' : partKey(element.parts[position]))).join(' ');
    const group = groups.get(key) ?? { element, intervals: [] };
    const part = element.parts[at];
    if (part?.kind === 'addresses') group.intervals.push({ min: part.min, max: part.max });
    groups.set(key, group);
  }
  const alternatives: Predicate[] = [];
  for (const { element, intervals } of groups.values()) {
    const tests = set.dimensions.map((_, position) => {
      const part = element.parts[position];
      if (position !== at) return ask(part, position);
      const first = ask(part, position);
      return first?.kind === 'field' ? { ...first, intervals: normalise(intervals, (1n << BigInt(addressBits(set.family))) - 1n) } : first;
    });
    if (!tests.every((test) => test !== undefined)) return undefined;
    alternatives.push(and(tests));
  }
  return or(alternatives);
}

const partKey = (part: SetPart | undefined): string => JSON.stringify(part, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)) ?? '';

/** Sets of networks alone: the narrowest element around an address decides. Networks of one size are apart or the same. */
function innermost(set: NamedSet, wanted: boolean, direction: 'src' | 'dst', family: Family): Predicate {
  const full = (1n << BigInt(addressBits(family))) - 1n;
  const sizes = new Map<bigint, Map<bigint, { readonly interval: Interval; readonly nomatch: boolean }>>();
  for (const { parts, nomatch } of set.elements) {
    const [part] = parts;
    if (part?.kind !== 'addresses') continue;
    const same = sizes.get(part.max - part.min) ?? new Map<bigint, { readonly interval: Interval; readonly nomatch: boolean }>();
    if (!same.has(part.min)) same.set(part.min, { interval: { min: part.min, max: part.max }, nomatch: nomatch === true });
    sizes.set(part.max - part.min, same);
  }
  let decided: readonly Interval[] = [];
  const holds: Interval[] = [];
  for (const [, same] of [...sizes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const elements = [...same.values()];
    holds.push(...minus(normalise(elements.filter(({ nomatch }) => nomatch === wanted).map(({ interval }) => interval), full), decided));
    decided = normalise([...decided, ...elements.map(({ interval }) => interval)], full);
  }
  return inIntervals(family, direction === 'src' ? 'ip.source' : 'ip.destination', holds);
}

/** What is in the first and not in the second; both ascending and disjoint. */
function minus(intervals: readonly Interval[], others: readonly Interval[]): readonly Interval[] {
  const out: Interval[] = [];
  let next = 0;
  for (const { min, max } of intervals) {
    let from = min;
    while ((others[next]?.max ?? max) < from) next += 1;
    for (let at = next; from <= max; at++) {
      const other = others[at];
      if (other === undefined || other.min > max) {
        out.push({ min: from, max });
        break;
      }
      if (other.min > from) out.push({ min: from, max: other.min - 1n });
      from = other.max + 1n;
    }
  }
  return out;
}

/** The first element that fits decides, the narrowest first. */
function ordered(set: NamedSet, wanted: boolean, ask: (part: SetPart | undefined, position: number) => Predicate | undefined): Predicate | undefined {
  const tests = bySize(set.elements).map((element) => ({ element, tests: set.dimensions.map((_, position) => ask(element.parts[position], position)) }));
  return tests.toReversed().reduce<Predicate | undefined>((rest, { element, tests: parts }) => {
    if (rest === undefined || !parts.every((part) => part !== undefined)) return undefined;
    const fits = and(parts);
    return (element.nomatch === true) === wanted ? or([fits, rest]) : and([not(fits), rest]);
  }, never);
}

/** The narrowest first, as ipset asks. */
function bySize(elements: readonly SetElement[]): readonly SetElement[] {
  const size = (part: SetPart): bigint => (part.kind === 'addresses' ? part.max - part.min : 0n);
  return elements.toSorted((left, right) => {
    for (const [position, part] of left.parts.entries()) {
      const other = right.parts[position];
      const difference = other === undefined ? 0n : size(part) - size(other);
      if (difference !== 0n) return difference < 0n ? -1 : 1;
    }
    return 0;
  });
}

function partPredicate(part: SetPart | undefined, set: NamedSet, position: number, direction: 'src' | 'dst', family: Family): Predicate | undefined {
  // An element of bitmap:ip,mac may leave the MAC open, and asks for a frame all the same.
  if (part === undefined) return set.dimensions[position] === 'mac' && direction === 'src' ? and([present({ kind: 'ethernet' }), not(equals(family, 'ethernet.source', 0))]) : undefined;
  switch (part.kind) {
    case 'addresses': {
      const full = (1n << BigInt(addressBits(family))) - 1n;
      const mask = set.netmask === undefined ? full : prefixMask(family, set.netmask);
      return { kind: 'field', field: direction === 'src' ? 'ip.source' : 'ip.destination', mask, intervals: [{ min: part.min, max: part.max }] };
    }
    case 'port':
      return portPredicate(part, set.method === 'bitmap', direction, family);
    case 'mac':
      return direction === 'src' ? and([present({ kind: 'ethernet' }), equals(family, 'ethernet.source', part.address)]) : undefined;
    case 'mark':
      return equals(family, 'packet.mark', part.value);
    case 'iface':
      return part.physdev ? never : { kind: 'interface', direction: direction === 'src' ? 'in' : 'out', pattern: { name: part.name, prefix: false } };
    case 'set':
      return undefined;
  }
}

function portPredicate(part: Extract<SetPart, { readonly kind: 'port' }>, bitmap: boolean, direction: 'src' | 'dst', family: Family): Predicate {
  const whole = equals(family, 'ip.fragment-offset', 0);
  const one = (protocol: number): Predicate => {
    const bytes = portHeaders[protocol];
    const named = equals(family, 'ip.protocol', protocol);
    // A protocol without ports has port 0, in later fragments too (IPv4).
    if (bytes === undefined) return part.min > 0 || protocol === 0 ? never : and(family === 6 ? [named, whole] : [named]);
    const field = direction === 'src' || protocol === 1 || protocol === 58 ? 'transport.source-port' : 'transport.destination-port';
    return and([named, whole, present({ kind: 'transport', bytes }), inIntervals(family, field, [{ min: BigInt(part.min), max: BigInt(part.max) }])]);
  };
  return bitmap ? or([one(6), one(17)]) : one(part.protocol);
}
