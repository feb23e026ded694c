import type { EcnMatch, EspMatch, Icmp6Match, IcmpMatch, Masked, MultiportMatch, Range, SctpMatch, TcpMatch, TcpmssMatch, Test, UdpMatch, AhMatch } from '../../ir/index.js';
import { hasTransport, type Draft, type Edit } from '../draft.js';
import { edges, negatable, rangeAim, type Aim, type AimContext } from './aim.js';

type PortSide = 'sourcePort' | 'destinationPort';

const writePort = (side: PortSide, port: number): Edit => (side === 'sourcePort' ? { sourcePort: port } : { destinationPort: port });

const portAim = (test: Test<Range> | undefined, side: PortSide): readonly Aim[] =>
  test === undefined ? [] : [negatable(test.negated, rangeAim(test.value, 65535, (draft) => draft[side], (port) => writePort(side, port)), hasTransport)];

/** A transport match reads only packets whose header is there. */
const whole = (protocols: readonly number[]): Aim => ({ holds: (draft) => hasTransport(draft) && protocols.includes(draft.protocol), inside: [{ shape: { kind: 'whole' } }], outside: [] });

export const tcpAims = (match: TcpMatch): readonly Aim[] => [
  whole([6]), ...portAim(match.sourcePort, 'sourcePort'), ...portAim(match.destinationPort, 'destinationPort'),
  ...(match.flags === undefined ? [] : [flagsAim(match.flags)]), ...(match.option === undefined ? [] : [optionAim(match.option)]),
];

function flagsAim({ value, negated }: Test<Masked>): Aim {
  const unsatisfiable = (value.value & ~value.mask) !== 0;
  const bits = [1, 2, 4, 8, 16, 32];
  const plain = value.value & value.mask;
  const inside = unsatisfiable ? [] : [plain, plain | (~value.mask & 0x3f), plain | 0xc0, ...bits.filter((bit) => (value.mask & bit) === 0).map((bit) => plain | bit)];
  const outside = [...bits.filter((bit) => (value.mask & bit) !== 0).map((bit) => plain ^ bit), ...(unsatisfiable ? [value.value] : [])];
  const edit = (tcpFlags: number): Edit => ({ tcpFlags });
  return negatable(negated, { holds: (draft) => !unsatisfiable && (draft.tcpFlags & value.mask) === value.value, inside: [...new Set(inside)].map(edit), outside: [...new Set(outside)].map(edit) }, hasTransport);
}

/** A whole option of a kind: those of one byte, the MSS, and others with two bytes of data. */
const option = (kind: number): readonly number[] => (kind < 2 ? [kind] : kind === 2 ? [2, 4, 5, 180] : kind === 4 ? [4, 2] : [kind, 4, 0, 0]);

/** Kinds met when the options are walked as xtables walks them: End does not end the list, lengths 0 and 1 are one byte. */
export function walkOptions(options: Uint8Array): ReadonlyMap<number, readonly [at: number, length: number]> {
  const found = new Map<number, readonly [number, number]>();
  const end = Math.ceil(options.length / 4) * 4;
  for (let at = 0; at < end;) {
    const kind = options[at] ?? 0;
    const length = kind < 2 ? 1 : Math.max(1, options[at + 1] ?? 0);
    if (!found.has(kind)) found.set(kind, [at, kind < 2 ? 1 : options[at + 1] ?? 0]);
    at += length;
  }
  return found;
}

function optionAim({ value, negated }: Test<number>): Aim {
  const other = value === 4 ? 2 : 4;
  const edit = (...bytes: readonly number[]): Edit => ({ tcpOptions: Uint8Array.from(bytes) });
  const inside = [edit(...option(value)), edit(1, 1, ...option(value)), edit(0, 0, ...option(value)), edit(...option(other), ...option(value))];
  const outside = [edit(), edit(...option(other)), edit(other, 4, value, 4)];
  return negatable(negated, { holds: (draft) => walkOptions(draft.tcpOptions).has(value), inside, outside }, hasTransport);
}

export const udpAims = (match: UdpMatch): readonly Aim[] => [whole([17]), ...portAim(match.sourcePort, 'sourcePort'), ...portAim(match.destinationPort, 'destinationPort')];

export const icmpAims = (match: IcmpMatch | Icmp6Match, { family }: AimContext): readonly Aim[] => {
  const { value, negated } = match.icmpType;
  const any = family === 4 && value.type === 255 && value.code.min === 0 && value.code.max === 255;
  const codes = edges(value.code, 255);
  const types = edges({ min: value.type, max: value.type }, 255);
  const inside: readonly Edit[] = any ? [{ icmpType: 8, icmpCode: 0 }, { icmpType: 3, icmpCode: 3 }] : codes.inside.map((icmpCode) => ({ icmpType: value.type, icmpCode }));
  const outside: readonly Edit[] = any ? [] : [...types.outside.map((icmpType) => ({ icmpType })), ...codes.outside.map((icmpCode) => ({ icmpType: value.type, icmpCode }))];
  return [whole([family === 4 ? 1 : 58]), negatable(negated, {
    holds: (draft) => any || (draft.icmpType === value.type && draft.icmpCode >= value.code.min && draft.icmpCode <= value.code.max), inside, outside,
  }, hasTransport)];
};

export function multiportAims(match: MultiportMatch): readonly Aim[] {
  const { value, negated } = match.ports;
  const within = (port: number): boolean => value.some((entry) => port >= entry.min && port <= entry.max);
  const all = value.map((entry) => edges(entry, 65535));
  const inside = [...new Set(all.flatMap((one) => one.inside))];
  const outside = [...new Set(all.flatMap((one) => one.outside))].filter((port) => !within(port));
  const sides: readonly PortSide[] = match.side === 'either' ? ['destinationPort', 'sourcePort'] : [match.side === 'source' ? 'sourcePort' : 'destinationPort'];
  const away = outside[0] ?? 0;
  return [whole([6, 17, 33, 132, 136]), negatable(negated, {
    holds: (draft) => sides.some((side) => within(draft[side])),
    inside: inside.flatMap((port) => sides.map((side) => (match.side === 'either' ? { sourcePort: away, destinationPort: away, [side]: port } : writePort(side, port)))),
    outside: outside.map((port) => (match.side === 'either' ? { sourcePort: port, destinationPort: port } : writePort(sides[0] ?? 'destinationPort', port))),
  }, hasTransport)];
}

export function sctpAims(match: SctpMatch): readonly Aim[] {
  const aims: Aim[] = [whole([132]), ...portAim(match.sourcePort, 'sourcePort'), ...portAim(match.destinationPort, 'destinationPort')];
  if (match.chunks === undefined) return aims;
  const { value, negated } = match.chunks;
  const types = value.chunks.map((chunk) => chunk.type);
  const other = [3, 11, 8].find((type) => !types.includes(type)) ?? 3;
  const holds = ({ chunks }: Draft): boolean => {
    if (value.scope === 'any') return chunks.some((type) => types.includes(type));
    if (value.scope === 'only' && chunks.some((type) => !types.includes(type))) return false;
    return types.every((type) => chunks.includes(type));
  };
  aims.push(negatable(negated, { holds, inside: [{ chunks: types }, { chunks: types.slice(0, 1) }, { chunks: [...types, other] }], outside: [{ chunks: [other] }, { chunks: [...types, other] }, ...(types.length > 1 ? [{ chunks: types.slice(0, -1) }] : [])] }, hasTransport));
  return aims;
}

export function tcpmssAims(match: TcpmssMatch): readonly Aim[] {
  const { value, negated } = match.mss;
  const { inside, outside } = edges(value, 65535);
  const edit = (mss: number): Edit => ({ tcpOptions: Uint8Array.of(2, 4, mss >> 8, mss & 255) });
  const mssOf = (draft: Draft): number | undefined => {
    const [at, length] = walkOptions(draft.tcpOptions).get(2) ?? [0, 0];
    return length === 4 ? ((draft.tcpOptions[at + 2] ?? 0) << 8) | (draft.tcpOptions[at + 3] ?? 0) : undefined;
  };
  return [whole([6]), negatable(negated, {
    holds: (draft) => { const mss = mssOf(draft); return mss !== undefined && mss >= value.min && mss <= value.max; },
    inside: inside.map(edit), outside: [...outside.map(edit), { tcpOptions: new Uint8Array() }, { tcpOptions: Uint8Array.of(2, 3, 5, 1) }],
  }, hasTransport)];
}

export const espAims = (match: EspMatch): readonly Aim[] => [whole([50]), ...(match.spi === undefined ? [] : [negatable(match.spi.negated, rangeAim(match.spi.value, 0xffff_ffff, (draft) => draft.spi, (spi) => ({ spi })), hasTransport)])];

export function ahAims(match: AhMatch, { family }: AimContext): readonly Aim[] {
  const spi = match.spi ?? { value: { min: 0, max: 0xffff_ffff }, negated: false };
  if (family === 4) return [whole([51]), negatable(spi.negated, rangeAim(spi.value, 0xffff_ffff, (draft) => draft.spi, (value) => ({ spi: value })), hasTransport)];
  const read = (draft: Draft): number | undefined => draft.extensions.flatMap((extension) => (extension.kind === 'ah' ? [extension.spi] : []))[0];
  const { inside, outside } = edges(spi.value, 0xffff_ffff);
  const edit = (value: number): Edit => ({ extensions: [{ kind: 'ah', spi: value }] });
  return [negatable(spi.negated, {
    holds: (draft) => { const value = read(draft); return value !== undefined && value >= spi.value.min && value <= spi.value.max; },
    inside: inside.map(edit), outside: [...outside.map(edit), { extensions: [{ kind: 'ah', spi: 1, reserved: 1 }] }],
  }, (draft) => read(draft) !== undefined), { holds: (draft) => read(draft) !== undefined, inside: [edit(spi.value.min)], outside: [{ extensions: [] }] }];
}

export function ecnAims(match: EcnMatch): readonly Aim[] {
  const bit = (wanted: boolean | undefined, mask: number): readonly Aim[] => (wanted === undefined ? [] : [negatable(!wanted, {
    holds: (draft) => (draft.tcpFlags & mask) !== 0, inside: [(draft) => ({ tcpFlags: draft.tcpFlags | mask })], outside: [(draft) => ({ tcpFlags: draft.tcpFlags & ~mask })],
  }, hasTransport)]);
  return [...bit(match.tcpEce, 64), ...bit(match.tcpCwr, 128), ...(match.ipEct === undefined ? [] : [negatable(match.ipEct.negated, {
    holds: (draft: Draft) => (draft.tos & 3) === match.ipEct?.value,
    inside: [(draft: Draft) => ({ tos: (draft.tos & 0xfc) | (match.ipEct?.value ?? 0) })],
    outside: [1, 2, 3].map((step) => (draft: Draft) => ({ tos: (draft.tos & 0xfc) | (((match.ipEct?.value ?? 0) + step) & 3) })),
  })])];
}

