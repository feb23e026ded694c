import type { DccpMatch, DstMatch, FragMatch, HbhMatch, IpcompMatch, Ipv6headerMatch, MhMatch, RtMatch, SrhMatch, Test } from '../../ir/index.js';
import type { ExtensionSpec } from '../../packet/index.js';
import type { Draft, Edit } from '../draft.js';
import { edges, type Aim } from './aim.js';

type Spec<K extends ExtensionSpec['kind']> = Extract<ExtensionSpec, { readonly kind: K }>;

const first = <K extends ExtensionSpec['kind']>(draft: Draft, kind: K): Spec<K> | undefined => draft.extensions.find((one): one is Spec<K> => one.kind === kind);

const only = (...extensions: readonly ExtensionSpec[]): Edit => ({ extensions });

/** A header is there, in the forms that its rule tells apart and in others; whoever applies an edit asks again what holds. */
const headerAim = (kind: ExtensionSpec['kind'], inside: readonly ExtensionSpec[], outside: readonly ExtensionSpec[]): readonly Aim[] => [
  { holds: (draft) => first(draft, kind) !== undefined, inside: inside.map((one) => only(one)), outside: [only(), ...outside.map((one) => only(one))] },
];

const numbers = (test: Test<{ readonly min: number; readonly max: number }> | undefined, limit: number, fallback: number): { readonly inside: readonly number[]; readonly outside: readonly number[] } => {
  if (test === undefined) return { inside: [fallback], outside: [] };
  const { inside, outside } = edges(test.value, limit);
  return test.negated ? { inside: outside, outside: inside } : { inside, outside };
};
const exactly = (test: Test<number> | undefined): Test<{ readonly min: number; readonly max: number }> | undefined => (test === undefined ? undefined : { value: { min: test.value, max: test.value }, negated: test.negated });

export function fragAims(match: FragMatch): readonly Aim[] {
  const { inside, outside } = numbers(match.id, 0xffff_ffff, 7);
  const spec = (id: number, more: Partial<Spec<'fragment'>> = {}): ExtensionSpec => ({ kind: 'fragment', offset: 0, more: match.more === true, id, ...more });
  return headerAim('fragment', inside.map((id) => spec(id)), [...outside.map((id) => spec(id)), spec(inside[0] ?? 0, { more: match.more !== true }), spec(inside[0] ?? 0, { reserved: 1 }), spec(inside[0] ?? 0, { offset: 3 })]);
}

export function rtAims(match: RtMatch): readonly Aim[] {
  const types = numbers(exactly(match.type), 255, 2);
  const left = numbers(match.segmentsLeft, 255, 0);
  const addresses = match.addresses ?? [];
  const data = new Uint8Array(Math.max(4 + addresses.length * 16, Math.min(match.length?.negated === false ? match.length.value - 4 : 4, 1000)));
  addresses.forEach((address, index) => { for (let byte = 0; byte < 16; byte++) data[4 + index * 16 + byte] = Number((address >> BigInt(120 - 8 * byte)) & 255n); });
  const spec = (type = 0, segmentsLeft = 0, more: Partial<Spec<'routing'>> = {}): ExtensionSpec => ({ kind: 'routing', type, segmentsLeft, data, ...more });
  return headerAim('routing', types.inside.flatMap((type) => left.inside.map((value) => spec(type, value))),
    [...types.outside.map((type) => spec(type, left.inside[0])), ...left.outside.map((value) => spec(types.inside[0], value)), spec(types.inside[0], left.inside[0], { data: data.map((byte, index) => (index === 3 ? byte ^ 1 : byte)) }), spec(types.inside[0], left.inside[0], { length: 40 })]);
}

/** A whole segment routing header of two segments as the rule wants it, and others beside it. */
export function srhAims({ tag, lastEntry, segmentsLeft }: SrhMatch): readonly Aim[] {
  const spec = (left: number, last: number, wanted: number): ExtensionSpec => ({ kind: 'routing', type: 4, segmentsLeft: left, data: Uint8Array.from({ length: 36 }, (_, at) => [last, 0, wanted & 255, wanted >> 8][at] ?? at) });
  const near = (value: number): readonly number[] => [value, value + 1, Math.max(0, value - 1)].filter((one) => one < 256);
  const all = near(segmentsLeft?.value ?? 0).flatMap((left) => near(lastEntry?.value ?? 1).map((last) => spec(left, last, tag?.value ?? 7)));
  return headerAim('routing', all, [spec(0, 1, (tag?.value ?? 7) ^ 1), { kind: 'routing', type: 3 }, spec(2, 1, tag?.value ?? 7)]);
}

export function optionsAims(match: DstMatch | HbhMatch): readonly Aim[] {
  const kind = match.kind === 'dst' ? 'destination-options' : 'hop-by-hop';
  const bytes = (match.options ?? []).flatMap(({ type, length = 0 }) => (type === 0 ? [0] : [type, length, ...Array.from({ length }, () => 0)]));
  const wanted = match.length?.value ?? 8;
  // An option that hosts pass over: they drop packets with much padding.
  const spec = (size: number): ExtensionSpec => {
    const length = Math.max(6, Math.min(size, 800) - 2, bytes.length);
    const shown = bytes.length > 0 ? bytes : [0x1e, Math.min(255, length - 2)];
    return { kind, options: Uint8Array.from({ length }, (_, at) => shown[at] ?? 0) };
  };
  const [inside, outside] = [[spec(wanted)], [spec(wanted + 8), { kind, options: Uint8Array.of(5, 2, 0, 0, 1, 0) } as const]];
  return match.length?.negated === true ? headerAim(kind, outside, inside) : headerAim(kind, inside, outside);
}

export function ipv6headerAims({ headers: { value, negated } }: Ipv6headerMatch): readonly Aim[] {
  const specs = value.flatMap((name): readonly ExtensionSpec[] =>
    name === 'hop-by-hop' ? [{ kind: 'hop-by-hop' }] : name === 'ipv6-opts' ? [{ kind: 'destination-options' }] : name === 'ipv6-route' ? [{ kind: 'routing' }] : name === 'ipv6-frag' ? [{ kind: 'fragment', offset: 0, more: false }] : name === 'ah' ? [{ kind: 'ah', spi: 1 }] : []);
  const end: Partial<Draft> = value.includes('esp') ? { protocol: 50 } : value.includes('ipv6-nonxt') ? { protocol: 59 } : {};
  const listed: Edit = { ...end, extensions: specs };
  const other: readonly Edit[] = [{ extensions: [] }, { extensions: [...specs, { kind: 'destination-options' }] }, { ...end, extensions: specs.slice(1) }];
  const holds = (draft: Draft): boolean => specs.every(({ kind }) => draft.extensions.some((one) => one.kind === kind)) !== negated;
  return [{ holds, inside: negated ? other : [listed], outside: negated ? [listed] : other }];
}

const ofProtocol = (protocol: number, edits: readonly Edit[] = []): Aim => ({ holds: (draft) => draft.protocol === protocol && draft.shape.kind === 'whole', inside: [{ protocol, shape: { kind: 'whole' } }], outside: edits });

export function ipcompAims({ spi }: IpcompMatch): readonly Aim[] {
  const { inside, outside } = numbers(spi, 0xffff, 0);
  const within = (draft: Draft): boolean => (draft.spi >= spi.value.min && draft.spi <= spi.value.max) !== spi.negated;
  return [ofProtocol(108), { holds: within, inside: inside.map((one) => ({ spi: one })), outside: outside.map((one) => ({ spi: one })) }];
}

export function mhAims({ type }: MhMatch): readonly Aim[] {
  const { inside, outside } = numbers(type, 255, 1);
  const within = (draft: Draft): boolean => type === undefined || (draft.icmpType >= type.value.min && draft.icmpType <= type.value.max) !== type.negated;
  return [ofProtocol(135), { holds: within, inside: inside.map((one) => ({ icmpType: one })), outside: outside.map((one) => ({ icmpType: one })) }];
}

export function dccpAims({ sourcePort, destinationPort }: DccpMatch): readonly Aim[] {
  const port = (test: DccpMatch['sourcePort'], side: 'sourcePort' | 'destinationPort'): readonly Aim[] => {
    if (test === undefined) return [];
    const { inside, outside } = numbers(test, 0xffff, 0);
    const edit = (value: number): Edit => (side === 'sourcePort' ? { sourcePort: value } : { destinationPort: value });
    return [{ holds: (draft) => (draft[side] >= test.value.min && draft[side] <= test.value.max) !== test.negated, inside: inside.map(edit), outside: outside.map(edit) }];
  };
  return [ofProtocol(33), ...port(sourcePort, 'sourcePort'), ...port(destinationPort, 'destinationPort')];
}
