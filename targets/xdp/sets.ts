import { addressBits, beyondParts, prefixMask, type NamedSet, type PredicateOf, type SetElement, type SetPart } from '../../src/ir/index.js';
import type { Expression } from './ast.js';
import { all, any, compare, member, no, number } from './build.js';
import type { Scene } from './context.js';
import { readField } from './fields.js';
import { inIntervals } from './intervals.js';
import { both, decided, either, never, unknown, type Truth } from './truth.js';

/** Sets up to this size become comparisons; every rule that asks one repeats them. */
const largestSet = 128;

/** Membership in a set that was given with the rules, as comparisons. What cannot be told from the frame stays unknown. */
export function setMembership({ set: name, dimensions, nomatch }: PredicateOf<'set'>, scene: Scene): Truth {
  const set = scene.sets.get(name);
  if (set === undefined) return unknown('the contents of a set (say --sets)');
  if (beyondParts(set) !== undefined) return unknown('a set of this kind');
  if (nomatch || set.method === 'list' || set.elements.some((element) => element.nomatch)) return unknown('exceptions or lists in a set');
  if (set.elements.length > largestSet) return unknown(`the contents of a set with more than ${largestSet} elements`);
  const asksAddress = set.dimensions.some((dimension) => dimension === 'ip' || dimension === 'net');
  // The kernel finds nothing when the rule names fewer dimensions than the set has, or another family.
  if (dimensions.length < set.dimensions.length || (asksAddress && set.family !== scene.family)) return never;
  scene.assume('sets-as-given');
  return either(set.elements.map((element) => elementMatches(element, set, dimensions, scene)));
}

const elementMatches = (element: SetElement, set: NamedSet, dimensions: readonly ('src' | 'dst')[], scene: Scene): Truth =>
  both(element.parts.map((part, index) => partMatches(part, set, dimensions[index] ?? 'src', scene)));

function partMatches(part: SetPart, set: NamedSet, side: 'src' | 'dst', scene: Scene): Truth {
  switch (part.kind) {
    case 'addresses': {
      const field = side === 'src' ? 'ip.source' : 'ip.destination';
      const reading = readField(field, scene);
      if (reading.kind === 'hidden') return unknown(reading.because);
      const full = (1n << BigInt(addressBits(scene.family))) - 1n;
      const kept = set.netmask === undefined ? full : prefixMask(scene.family, set.netmask);
      return decided(inIntervals(field, scene.family, reading, full, [{ min: part.min & kept, max: part.max | (full ^ kept) }]));
    }
    case 'port':
      return portMatches(part, set, side, scene);
    case 'iface':
      if (part.physdev || side === 'dst' || scene.interface === undefined) return unknown('an interface in a set');
      return scene.interface === part.name ? decided(all([])) : never;
    case 'mac':
    case 'mark':
    case 'set':
      return unknown(`a ${part.kind} in a set`);
  }
}

/** What ipset reads as a port, and how many bytes of which header it wants for that. */
const headerBytes: ReadonlyMap<number, number> = new Map([[6, 20], [17, 8], [136, 8], [132, 12], [1, 8], [58, 8]]);
const withTypeAndCode: ReadonlySet<number> = new Set([1, 58]);

function portMatches(part: Extract<SetPart, { kind: 'port' }>, set: NamedSet, side: 'src' | 'dst', scene: Scene): Truth {
  const protocols = set.method === 'bitmap' ? [6, 17] : [part.protocol];
  return either(protocols.map((protocol) => {
    const isProtocol = all([compare(member('protocol'), '==', number(protocol)), scene.family === 6 ? known : all([])]);
    const bytes = headerBytes.get(protocol);
    if (bytes === undefined) return decided(part.min === 0 && protocol !== 0 && protocol !== 59 ? isProtocol : no);
    const field = side === 'src' || withTypeAndCode.has(protocol) ? 'transport.source-port' : 'transport.destination-port';
    const there = decided(all([isProtocol, compare(member('transport'), '>=', number(bytes))]));
    const reading = readField(field, scene);
    if (reading.kind === 'hidden') return both([there, unknown(reading.because)]);
    return both([there, decided(any([inIntervals(field, scene.family, reading, 0xffffn, [{ min: BigInt(part.min), max: BigInt(part.max) }])]))]);
  }));
}

const known: Expression = compare(member('protocol_known'), '!=', number(0));
