import { addressBits, type AddressMask, type AddressRange, type Conditions, type Family, type InterfacePattern, type Test } from '../../ir/index.js';
import type { Draft, Edit } from '../draft.js';
import { negatable, type Aim, type AimContext } from './aim.js';

type Side = 'source' | 'destination';

const write = (side: Side, address: bigint): Edit => (side === 'source' ? { source: address } : { destination: address });

const full = (family: Family): bigint => (1n << BigInt(addressBits(family))) - 1n;

/** Aims of the core options of a rule, protocol first: what the other tests read hangs on it. */
export function conditionAims(conditions: Conditions, context: AimContext): readonly Aim[] {
  return [
    ...(conditions.protocol === undefined ? [] : [protocolAim(conditions.protocol, context)]),
    ...(conditions.source === undefined ? [] : [maskAim(conditions.source, 'source', context)]),
    ...(conditions.destination === undefined ? [] : [maskAim(conditions.destination, 'destination', context)]),
    ...(conditions.inInterface === undefined ? [] : [inInterfaceAim(conditions.inInterface, context)]),
    ...(conditions.outInterface === undefined ? [] : [outInterfaceAim(conditions.outInterface, context)]),
    ...(conditions.fragment === undefined ? [] : [fragmentAim(conditions.fragment.negated)]),
  ];
}

/** Protocols with something of their own to test, for a rule that wants another than one. */
const commonProtocols: { readonly [F in Family]: readonly number[] } = { 4: [6, 17, 1, 132, 253], 6: [6, 17, 58, 132, 253] };

function protocolAim({ value, negated }: Test<number>, { family }: AimContext): Aim {
  const others = [...commonProtocols[family], value - 1, value + 1].filter((protocol) => protocol !== value && protocol > 0 && protocol < 256 && !(family === 6 && [43, 44, 51, 60, 59].includes(protocol)));
  // In IPv6 the walk passes over these headers, AH included, so that no packet is ever of such a protocol.
  const passedOver = family === 6 && [43, 44, 51, 60].includes(value);
  return negatable(negated, { holds: (draft) => !passedOver && draft.protocol === value, inside: passedOver ? [] : [{ protocol: value }], outside: others.map((protocol) => ({ protocol })) });
}

/** First, last and a middle address of a mask, and the addresses around it; the mask may have holes. */
export function maskAim({ value, negated }: Test<AddressMask>, side: Side, { family }: AimContext): Aim {
  const limit = full(family);
  const { mask } = value;
  const first = value.address & mask;
  const last = first | (~mask & limit);
  const lowest = mask & -mask;
  const inside = [first + (last - first > 8n && ((first + 5n) & mask) === first ? 5n : 0n), first, last];
  const outside = [first - 1n, last + 1n, first ^ lowest].filter((address) => address >= 0n && address <= limit && (address & mask) !== first);
  return negatable(negated, { holds: (draft) => (draft[side] & mask) === first, inside: [...new Set(inside)].map((address) => write(side, address)), outside: [...new Set(outside)].map((address) => write(side, address)) });
}

export function addressRangeAim({ value, negated }: Test<AddressRange>, side: Side, { family }: AimContext): Aim {
  const { min, max } = value;
  const inside = min > max ? [] : [...new Set([min, max, ...(max - min > 4n ? [min + 3n] : [])])];
  const outside = [min - 1n, max + 1n].filter((address) => address >= 0n && address <= full(family));
  return negatable(negated, { holds: (draft) => draft[side] >= min && draft[side] <= max, inside: inside.map((address) => write(side, address)), outside: outside.map((address) => write(side, address)) });
}

const matchesName = (pattern: InterfacePattern, name: string): boolean => (pattern.prefix ? name.startsWith(pattern.name) : name === pattern.name);

/** The name that `-i` sees: none in OUTPUT and POSTROUTING, `lo` for what this host sends to itself. */
export function seenIn(draft: Draft, { hook }: AimContext): string {
  if (hook === 'OUTPUT' || hook === 'POSTROUTING') return '';
  return draft.origin === 'local' ? 'lo' : draft.inInterface;
}

/** The name that `-o` sees: none in PREROUTING and INPUT. */
export function seenOut(draft: Draft, { hook, host, family }: AimContext): string {
  return hook === 'PREROUTING' || hook === 'INPUT' ? '' : host.outOf(family, draft.destination) ?? '';
}

/** What a packet needs to come in on an interface. */
function comeIn(name: string, context: AimContext): Edit {
  if (name !== 'lo') return { origin: 'wire', inInterface: name };
  const [own] = context.host.own[context.family];
  return own === undefined ? {} : { origin: 'local', inInterface: '', destination: own, source: own };
}

function inInterfaceAim({ value, negated }: Test<InterfacePattern>, context: AimContext): Aim {
  const settable = context.hook === 'PREROUTING' || context.hook === 'INPUT' || context.hook === 'FORWARD';
  const names = settable ? [...context.host.interfaces, ...(context.hook === 'FORWARD' ? [] : ['lo'])] : [];
  const [inside, outside] = split(names, value);
  return negatable(negated, { holds: (draft) => matchesName(value, seenIn(draft, context)), inside: inside.map((name) => comeIn(name, context)), outside: outside.map((name) => comeIn(name, context)) });
}

function outInterfaceAim({ value, negated }: Test<InterfacePattern>, context: AimContext): Aim {
  const settable = context.hook !== 'PREROUTING' && context.hook !== 'INPUT';
  const [inside, outside] = split(settable ? context.host.interfaces : [], value);
  const towards = (names: readonly string[]): readonly Edit[] => names.flatMap((name) => context.host.behind(context.family, name).slice(0, 2)).map((destination) => ({ destination }));
  const local: readonly Edit[] = context.hook === 'OUTPUT' || context.hook === 'POSTROUTING' ? context.host.own[context.family].slice(0, 1).map((destination) => ({ origin: 'local', inInterface: '', destination })) : [];
  const toLoopback = matchesName(value, 'lo');
  return negatable(negated, {
    holds: (draft) => matchesName(value, seenOut(draft, context)),
    inside: [...towards(inside), ...(toLoopback ? local : [])],
    outside: [...towards(outside), ...(toLoopback ? [] : local)],
  });
}

function split(names: readonly string[], pattern: InterfacePattern): readonly [readonly string[], readonly string[]] {
  // Neighbours of the pattern first: they tell a prefix from a name.
  const near = (name: string): number => (name.startsWith(pattern.name) || pattern.name.startsWith(name) ? 0 : 1);
  const ordered = [...names].sort((a, b) => near(a) - near(b));
  return [ordered.filter((name) => matchesName(pattern, name)).slice(0, 4), ordered.filter((name) => !matchesName(pattern, name)).slice(0, 4)];
}

function fragmentAim(negated: boolean): Aim {
  const later: readonly Edit[] = [{ shape: { kind: 'fragment', offset: 2, more: true } }, { shape: { kind: 'fragment', offset: 185, more: false } }];
  return negatable(negated, { holds: (draft) => draft.shape.kind === 'fragment' && draft.shape.offset > 0, inside: later, outside: [{ shape: { kind: 'whole' } }, { shape: { kind: 'fragment', offset: 0, more: true } }] });
}

