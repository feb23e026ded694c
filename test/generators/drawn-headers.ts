import { type Match, type Masked, type MatchKind, type Range, type SctpChunk, type Test } from '../../src/ir/index.js';
import { hex, not, nowhere, rangeWords, type Drawn } from './draft.js';
import type { Drawing } from './language.js';
import { ports } from './pool.js';

export type Draw = (drawing: Drawing) => Drawn<Match>;

export function drawPorts({ random }: Drawing): Range {
  const [one, other] = [random.pick(ports), random.pick(ports)];
  if (random.chance(0.6)) return { min: one, max: one };
  const range = { min: Math.min(one, other), max: Math.max(one, other) };
  // The full range is no option at all in a save, and loses its negation.
  return range.min === 0 && range.max === 65535 ? { min: 1, max: 65535 } : range;
}

const test = <T>({ random }: Drawing, value: T): Test<T> => ({ value, negated: random.chance(0.25) });
const some = (drawing: Drawing, chance: number): Test<Range> | undefined => (drawing.random.chance(chance) ? test(drawing, drawPorts(drawing)) : undefined);
const portWords = (option: string, ports: Test<Range> | undefined): string => (ports === undefined ? '' : `${not(ports.negated)} --${option} ${rangeWords(ports.value)}`);

const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const;
const flagWords = (bits: number): string => (bits === 0 ? 'NONE' : flagNames.filter((_, index) => bits & (1 << index)).join(','));

const tcp: Draw = (drawing) => {
  const { random } = drawing;
  const [sourcePort, destinationPort] = [some(drawing, 0.3), some(drawing, 0.6)];
  const option = random.chance(0.1) ? test(drawing, random.pick([1, 2, 3, 4, 8])) : undefined;
  const masks: readonly Masked[] = [{ mask: 0x17, value: 2 }, { mask: 0x17, value: 2 }, { mask: 0x12, value: 0x10 }, { mask: 0x3f, value: 0 }, { mask: 0x3f, value: 0x3f }, { mask: 3, value: 3 }, { mask: 2, value: 0 }, { mask: 4, value: 4 }, { mask: 1, value: 3 }];
  const flags = random.chance(0.35) ? test(drawing, random.pick(masks)) : undefined;
  const words = portWords('sport', sourcePort) + portWords('dport', destinationPort) + (option ? `${not(option.negated)} --tcp-option ${option.value}` : '')
    + (flags ? `${not(flags.negated)} --tcp-flags ${flagWords(flags.value.mask)} ${flagWords(flags.value.value)}` : '');
  return { node: { kind: 'tcp', source: nowhere, ...(sourcePort && { sourcePort }), ...(destinationPort && { destinationPort }), ...(option && { option }), ...(flags && { flags }) }, name: 'tcp', words };
};

const udp: Draw = (drawing) => {
  const [sourcePort, destinationPort] = [some(drawing, 0.3), some(drawing, 0.7)];
  return { node: { kind: 'udp', source: nowhere, ...(sourcePort && { sourcePort }), ...(destinationPort && { destinationPort }) }, name: 'udp', words: portWords('sport', sourcePort) + portWords('dport', destinationPort) };
};

const icmpTypes = { icmp: [[8, 0, 255], [0, 0, 255], [3, 0, 255], [3, 1, 1], [8, 0, 0], [11, 0, 0], [13, 0, 255]], icmp6: [[128, 0, 255], [129, 0, 255], [1, 4, 4], [128, 0, 0], [2, 0, 255], [135, 0, 255]] } as const;

const icmp = (kind: 'icmp' | 'icmp6'): Draw => (drawing) => {
  const { random } = drawing;
  const any = kind === 'icmp' && random.chance(0.1);
  const [type, min, max] = any ? [255, 0, 255] : random.pick<readonly [number, number, number]>(icmpTypes[kind]);
  const icmpType = test(drawing, { type, code: { min, max } });
  const value = any ? 'any' : min === max ? `${type}/${min}` : String(type);
  return { node: { kind, source: nowhere, icmpType }, name: kind, words: `${not(icmpType.negated)} --${kind === 'icmp' ? 'icmp-type' : 'icmpv6-type'} ${value}` };
};

const multiport: Draw = (drawing) => {
  const { random } = drawing;
  const side = random.pick(['source', 'destination', 'either'] as const);
  const entries = Array.from({ length: 1 + random.below(4) }, () => drawPorts(drawing)).map((range) => ({ ...range, ranged: range.min !== range.max }));
  const ports = test(drawing, entries);
  return { node: { kind: 'multiport', source: nowhere, side, ports }, name: 'multiport', words: `${not(ports.negated)} --${{ source: 'sports', destination: 'dports', either: 'ports' }[side]} ${entries.map(rangeWords).join(',')}` };
};

const chunkNames: Readonly<Record<number, string>> = { 0: 'DATA', 1: 'INIT', 2: 'INIT_ACK', 3: 'SACK', 6: 'ABORT' };

const sctp: Draw = (drawing) => {
  const { random } = drawing;
  const [sourcePort, destinationPort] = [some(drawing, 0.3), some(drawing, 0.5)];
  const listed: readonly SctpChunk[] = random.shuffled([0, 1, 3, 6]).slice(0, 1 + random.below(2)).toSorted((a, b) => a - b).map((type) => ({ type, flagMask: 0, flagValue: 0 }));
  const chunks = random.chance(0.4) ? test(drawing, { scope: random.pick(['all', 'any', 'only'] as const), chunks: listed }) : undefined;
  const words = portWords('sport', sourcePort) + portWords('dport', destinationPort)
    + (chunks ? `${not(chunks.negated)} --chunk-types ${chunks.value.scope} ${listed.map((chunk) => chunkNames[chunk.type]).join(',')}` : '');
  return { node: { kind: 'sctp', source: nowhere, ...(sourcePort && { sourcePort }), ...(destinationPort && { destinationPort }), ...(chunks && { chunks }) }, name: 'sctp', words };
};

const tcpmss: Draw = (drawing) => {
  const mss = test(drawing, drawing.random.pick([{ min: 1460, max: 1460 }, { min: 536, max: 1459 }, { min: 0, max: 65535 }]));
  return { node: { kind: 'tcpmss', source: nowhere, mss }, name: 'tcpmss', words: `${not(mss.negated)} --mss ${rangeWords(mss.value)}` };
};

const esp: Draw = (drawing) => {
  const spi = test(drawing, drawing.random.pick([{ min: 256, max: 256 }, { min: 256, max: 500 }]));
  return { node: { kind: 'esp', source: nowhere, spi }, name: 'esp', words: `${not(spi.negated)} --espspi ${rangeWords(spi.value)}` };
};

const ah: Draw = (drawing) => {
  const spi = test(drawing, drawing.random.pick([{ min: 500, max: 500 }, { min: 100, max: 500 }]));
  return { node: { kind: 'ah', source: nowhere, spi }, name: 'ah', words: `${not(spi.negated)} --ahspi ${rangeWords(spi.value)}` };
};

const ecn: Draw = (drawing) => {
  const { random } = drawing;
  const ipEct = random.chance(0.5) ? test(drawing, random.below(4)) : undefined;
  const tcpEce = ipEct === undefined || random.chance(0.3) ? random.chance(0.6) : undefined;
  const words = (tcpEce === undefined ? '' : `${not(!tcpEce)} --ecn-tcp-ece`) + (ipEct ? `${not(ipEct.negated)} --ecn-ip-ect ${ipEct.value}` : '');
  return { node: { kind: 'ecn', source: nowhere, ...(tcpEce === undefined ? {} : { tcpEce }), ...(ipEct && { ipEct }) }, name: 'ecn', words };
};

const hops = (kind: 'ttl' | 'hl'): Draw => ({ random }) => {
  const comparison = random.pick(['eq', 'ne', 'lt', 'gt'] as const);
  const value = random.pick([1, 2, 63, 64, 128]);
  return { node: { kind, source: nowhere, comparison, value }, name: kind, words: `${comparison === 'ne' ? ' !' : ''} --${kind}-${comparison === 'ne' ? 'eq' : comparison} ${value}` };
};

const length: Draw = (drawing) => {
  const value = test(drawing, drawing.random.pick([{ min: 0, max: 40 }, { min: 28, max: 28 }, { min: 60, max: 100 }, { min: 41, max: 65535 }]));
  return { node: { kind: 'length', source: nowhere, length: value }, name: 'length', words: `${not(value.negated)} --length ${rangeWords(value.value)}` };
};

const tos: Draw = (drawing) => {
  const value = test(drawing, drawing.random.pick<Masked>([{ value: 0x10, mask: 0x3f }, { value: 0, mask: 0xff }, { value: 0xb8, mask: 0xff }, { value: 1, mask: 3 }]));
  return { node: { kind: 'tos', source: nowhere, tos: value }, name: 'tos', words: `${not(value.negated)} --tos ${hex(value.value.value, 2)}/${hex(value.value.mask, 2)}` };
};

const dscp: Draw = (drawing) => {
  const value = test(drawing, drawing.random.pick([0, 4, 46]));
  return { node: { kind: 'dscp', source: nowhere, dscp: value }, name: 'dscp', words: `${not(value.negated)} --dscp ${hex(value.value, 2)}` };
};

/** Matches on header bytes. */
export const headerMatches = { tcp, udp, icmp: icmp('icmp'), icmp6: icmp('icmp6'), multiport, sctp, tcpmss, esp, ah, ecn, ttl: hops('ttl'), hl: hops('hl'), length, tos, dscp } as const satisfies { readonly [K in MatchKind]?: Draw };
