import type { Family, NamedSet, SetElement, SetPart } from '../../src/ir/index.js';
import { addressOf, formatAddress, parsePrefix } from '../../src/packet/index.js';
import { nowhere } from './draft.js';

/** The named sets that random rules may speak of; the same in every program of a family. */
export function setChoices(family: Family): readonly NamedSet[] {
  return family === 4 ? sets4 : sets6;
}

const single = (text: string): SetPart => ({ kind: 'addresses', min: addressOf(text), max: addressOf(text) });
const port = (protocol: number, number: number): SetPart => ({ kind: 'port', protocol, min: number, max: number });

function network(text: string): SetPart {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(text);
  const size = 1n << BigInt((parsed.family === 4 ? 32 : 128) - parsed.length);
  return { kind: 'addresses', min: parsed.address, max: parsed.address + size - 1n };
}

function named(name: string, family: Family, method: NamedSet['method'], dimensions: NamedSet['dimensions'], elements: readonly Omit<SetElement, 'source'>[]): NamedSet {
  return { name, method, dimensions, family, elements: elements.map((element) => ({ ...element, source: nowhere })), counters: false, source: nowhere };
}

const sets4 = [
  named('clients', 4, 'hash', ['ip'], [{ parts: [single('10.0.0.5')] }, { parts: [single('203.0.113.9')] }]),
  named('nets', 4, 'hash', ['net'], [{ parts: [network('10.0.0.0/24')] }, { parts: [network('10.0.0.6/32')], nomatch: true }, { parts: [network('198.51.100.0/25')] }]),
  named('services', 4, 'hash', ['ip', 'port'], [{ parts: [single('10.0.1.7'), port(6, 80)] }, { parts: [single('10.0.1.7'), port(17, 53)] }]),
  named('ports', 4, 'bitmap', ['port'], [22, 53, 80].map((number) => ({ parts: [port(6, number)] }))),
];

const sets6 = [
  named('clients6', 6, 'hash', ['ip'], [{ parts: [single('2001:db8:0:1::5')] }, { parts: [single('2001:db8:9::9')] }]),
  named('nets6', 6, 'hash', ['net'], [{ parts: [network('2001:db8:0:1::/64')] }, { parts: [network('2001:db8:0:1::6/128')], nomatch: true }]),
  named('services6', 6, 'hash', ['ip', 'port'], [{ parts: [single('2001:db8:1:1::7'), port(6, 80)] }, { parts: [single('2001:db8:1:1::7'), port(17, 53)] }]),
  named('ports6', 4, 'bitmap', ['port'], [22, 53, 80].map((number) => ({ parts: [port(6, number)] }))),
];

const portNames: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

/** The sets as `ipset restore` takes them. */
export function setsText(sets: readonly NamedSet[]): string {
  const lines = sets.flatMap((set) => {
    const type = `${set.method}:${set.dimensions.join(',')}`;
    const head = set.method === 'bitmap' ? `create ${set.name} ${type} range 0-65535` : `create ${set.name} ${type} family ${set.family === 4 ? 'inet' : 'inet6'}`;
    return [head, ...set.elements.map((element) => `add ${set.name} ${element.parts.map((part) => partText(set, part)).join(',')}${element.nomatch ? ' nomatch' : ''}`)];
  });
  return lines.join('\n') + (lines.length > 0 ? '\n' : '');
}

function partText(set: NamedSet, part: SetPart): string {
  if (part.kind === 'port') return set.method === 'bitmap' ? String(part.min) : `${portNames[part.protocol]}:${part.min}`;
  if (part.kind !== 'addresses') throw new Error(part.kind);
  const size = part.max - part.min + 1n;
  const length = (set.family === 4 ? 32 : 128) - (size.toString(2).length - 1);
  return formatAddress(set.family, part.min) + (size === 1n ? '' : `/${length}`);
}
