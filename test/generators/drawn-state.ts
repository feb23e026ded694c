import { ctStates, type AddressType, type ConntrackMatch, type CtState, type CtStateFlag, type Masked, type MatchKind, type Test } from '../../src/ir/index.js';
import { formatAddress, formatMac } from '../../src/packet/index.js';
import { hex, not, nowhere, rangeWords } from './draft.js';
import { drawPorts, type Draw } from './drawn-headers.js';
import type { Drawing } from './language.js';
import { addressRanges, hosts, hostMask, macs, marks } from './pool.js';
import { setChoices } from './sets.js';

const test = <T>({ random }: Drawing, value: T): Test<T> => ({ value, negated: random.chance(0.25) });

const all32 = 0xffff_ffff;

export function drawMasked({ random }: Drawing): Masked {
  const mask = random.pick([all32, all32, 0xff, 0xf0]);
  return { value: random.pick(marks), mask };
}

export const maskedWords = (masked: Masked): string => hex(masked.value) + (masked.mask === all32 ? '' : `/${hex(masked.mask)}`);

const mark = (kind: 'mark' | 'connmark'): Draw => (drawing) => {
  const value = test(drawing, drawMasked(drawing));
  return { node: { kind, source: nowhere, mark: value }, name: kind, words: `${not(value.negated)} --mark ${maskedWords(value.value)}` };
};

const drawStates = ({ random }: Drawing): readonly CtState[] => {
  const picked = random.pick<readonly CtState[]>([['NEW'], ['INVALID'], ['RELATED', 'ESTABLISHED'], ['UNTRACKED'], ['NEW', 'UNTRACKED'], ['INVALID', 'NEW'], ['ESTABLISHED']]);
  return ctStates.filter((state) => picked.includes(state));
};

const state: Draw = (drawing) => {
  const states = test(drawing, drawStates(drawing));
  return { node: { kind: 'state', source: nowhere, states }, name: 'state', words: `${not(states.negated)} --state ${states.value.join(',')}` };
};

const conntrack: Draw = (drawing) => {
  const { random, family } = drawing;
  const finish = (options: Partial<ConntrackMatch>, words: string) => ({ node: { kind: 'conntrack', source: nowhere, ...options } as const, name: 'conntrack', words });
  const kind = random.below(10);
  if (kind < 6) {
    const states = test<readonly CtStateFlag[]>(drawing, [...drawStates(drawing), ...random.pick<readonly CtStateFlag[]>([[], [], ['DNAT'], ['SNAT']])]);
    return finish({ states }, `${not(states.negated)} --ctstate ${states.value.join(',')}`);
  }
  if (kind === 6) {
    const protocol = test(drawing, random.pick([1, 6, 17]));
    return finish({ protocol }, `${not(protocol.negated)} --ctproto ${protocol.value}`);
  }
  if (kind === 7) {
    const originalDestination = test(drawing, { address: random.pick(hosts[family]), mask: hostMask(family) });
    return finish({ originalDestination }, `${not(originalDestination.negated)} --ctorigdst ${formatAddress(family, originalDestination.value.address)}`);
  }
  if (kind === 8) {
    const originalDestinationPort = test(drawing, drawPorts(drawing));
    return finish({ originalDestinationPort }, `${not(originalDestinationPort.negated)} --ctorigdstport ${rangeWords(originalDestinationPort.value)}`);
  }
  return finish({ direction: 'ORIGINAL' }, ' --ctdir ORIGINAL');
};

const addrtype: Draw = (drawing) => {
  const { random, family, hooks } = drawing;
  const kinds: readonly AddressType[] = family === 4 ? ['LOCAL', 'UNICAST', 'BROADCAST', 'MULTICAST'] : ['LOCAL', 'UNICAST', 'MULTICAST'];
  const types = (chance: number) => (random.chance(chance) ? test(drawing, [random.pick(kinds)]) : undefined);
  const destinationType = types(0.7);
  const sourceType = destinationType === undefined ? test(drawing, [random.pick(kinds)]) : types(0.2);
  const may = (names: readonly string[]): boolean => hooks.every((hook) => names.includes(hook));
  const limitInterface = !random.chance(0.15) ? undefined : may(['PREROUTING', 'INPUT', 'FORWARD']) ? 'in' as const : may(['FORWARD', 'OUTPUT', 'POSTROUTING']) ? 'out' as const : undefined;
  const words = (sourceType ? `${not(sourceType.negated)} --src-type ${sourceType.value.join(',')}` : '') + (destinationType ? `${not(destinationType.negated)} --dst-type ${destinationType.value.join(',')}` : '')
    + (limitInterface ? ` --limit-iface-${limitInterface}` : '');
  return { node: { kind: 'addrtype', source: nowhere, ...(sourceType && { sourceType }), ...(destinationType && { destinationType }), ...(limitInterface && { limitInterface }) }, name: 'addrtype', words };
};

const iprange: Draw = (drawing) => {
  const { random, family } = drawing;
  const option = (chance: number) => (random.chance(chance) ? test(drawing, random.pick(addressRanges[family])) : undefined);
  const sourceRange = option(0.5);
  const destinationRange = sourceRange === undefined ? test(drawing, random.pick(addressRanges[family])) : option(0.2);
  const words = ([['src', sourceRange], ['dst', destinationRange]] as const).map(([side, range]) =>
    range === undefined ? '' : `${not(range.negated)} --${side}-range ${formatAddress(family, range.value.min)}-${formatAddress(family, range.value.max)}`).join('');
  return { node: { kind: 'iprange', source: nowhere, ...(sourceRange && { sourceRange }), ...(destinationRange && { destinationRange }) }, name: 'iprange', words };
};

const pkttype: Draw = (drawing) => {
  const packetType = test(drawing, drawing.random.pick(['unicast', 'broadcast', 'multicast'] as const));
  return { node: { kind: 'pkttype', source: nowhere, packetType }, name: 'pkttype', words: `${not(packetType.negated)} --pkt-type ${packetType.value}` };
};

const mac: Draw = (drawing) => {
  const address = test<number>(drawing, drawing.random.pick(macs));
  return { node: { kind: 'mac', source: nowhere, address }, name: 'mac', words: `${not(address.negated)} --mac-source ${formatMac(address.value)}` };
};

const owner: Draw = (drawing) => {
  const { random } = drawing;
  if (random.chance(0.2)) {
    const socketExists = { negated: random.chance(0.5) };
    return { node: { kind: 'owner', source: nowhere, socketExists }, name: 'owner', words: `${not(socketExists.negated)} --socket-exists` };
  }
  const side = random.pick(['uid', 'gid'] as const);
  const value = test(drawing, random.pick([{ min: 0, max: 0 }, { min: 1000, max: 1000 }, { min: 999, max: 1001 }]));
  return { node: { kind: 'owner', source: nowhere, [side]: value }, name: 'owner', words: `${not(value.negated)} --${side}-owner ${value.value.min === value.value.max ? value.value.min : `${value.value.min}-${value.value.max}`}` };
};

const set: Draw = (drawing) => {
  const choice = drawing.random.pick(setChoices(drawing.family));
  const value = test(drawing, choice.name);
  const dimensions = choice.dimensions.map(() => drawing.random.pick(['src', 'dst'] as const));
  return { node: { kind: 'set', source: nowhere, set: value, dimensions }, name: 'set', words: `${not(value.negated)} --match-set ${choice.name} ${dimensions.join(',')}` };
};

const comment: Draw = ({ random }) => {
  const text = random.pick(['plain', 'two words', 'a "quoted" $word; # {}', 'back\\slash', "it's"]);
  const words = /^[A-Za-z0-9_-]+$/.test(text) ? text : `"${text.replace(/["\\']/g, '\\$&')}"`;
  return { node: { kind: 'comment', source: nowhere, text }, name: 'comment', words: ` --comment ${words}` };
};

const limit: Draw = ({ random, language }) => {
  const [words, interval] = language.counting ? (['6/hour', 6_000_000] as const) : random.pick([['10/sec', 1000], ['6/min', 100000], ['1/sec', 10000]] as const);
  const burst = random.pick([1, 3, 5]);
  return { node: { kind: 'limit', source: nowhere, interval, burst }, name: 'limit', words: ` --limit ${words}${burst === 5 ? '' : ` --limit-burst ${burst}`}` };
};

const statistic: Draw = (drawing) => {
  const every = test(drawing, drawing.random.pick([2, 3, 5]));
  const packet = drawing.random.below(every.value);
  return { node: { kind: 'statistic', source: nowhere, mode: { kind: 'nth', every, packet } }, name: 'statistic', words: ` --mode nth${not(every.negated)} --every ${every.value} --packet ${packet}` };
};

const quota: Draw = (drawing) => {
  const bytes = test(drawing, BigInt(drawing.random.pick([0, 40, 100, 1000, 3000])));
  return { node: { kind: 'quota', source: nowhere, quota: bytes }, name: 'quota', words: `${not(bytes.negated)} --quota ${bytes.value}` };
};

/** Matches on what the packet's bytes do not hold. */
export const stateMatches = { mark: mark('mark'), connmark: mark('connmark'), state, conntrack, addrtype, iprange, pkttype, mac, owner, set, comment, limit, quota, statistic } as const satisfies { readonly [K in MatchKind]?: Draw };
