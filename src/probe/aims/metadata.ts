import { unreachable, type AddressType, type AddrtypeMatch, type IprangeMatch, type MacMatch, type MarkMatch, type OwnerMatch, type PkttypeMatch, type Range, type Test } from '../../ir/index.js';
import type { Draft, Edit } from '../draft.js';
import { edges, negatable, type Aim, type AimContext } from './aim.js';
import { addressRangeAim } from './conditions.js';

export function markAims(match: MarkMatch): readonly Aim[] {
  const { value, mask } = match.mark.value;
  const unsatisfiable = (value & ~mask) !== 0;
  const bits = [0, 7, 8, 31].map((bit) => (1 << bit) >>> 0);
  return [negatable(match.mark.negated, {
    holds: (draft) => !unsatisfiable && ((draft.mark & mask) >>> 0) === value,
    inside: unsatisfiable ? [] : [value, (value | ~mask) >>> 0].map((mark) => ({ mark })),
    outside: [...bits.filter((bit) => (mask & bit) !== 0).map((bit) => ({ mark: ((value & mask) ^ bit) >>> 0 })), { mark: (value + 1) >>> 0 }, { mark: 0 }],
  })];
}

export const iprangeAims = (match: IprangeMatch, context: AimContext): readonly Aim[] => [
  ...(match.sourceRange === undefined ? [] : [addressRangeAim(match.sourceRange, 'source', context)]),
  ...(match.destinationRange === undefined ? [] : [addressRangeAim(match.destinationRange, 'destination', context)]),
];

/** Addresses of a routing type on this host. */
function addressesOf(type: AddressType, { family, host }: AimContext): readonly bigint[] {
  switch (type) {
    case 'LOCAL': return host.own[family].slice(0, 3);
    case 'BROADCAST': return family === 4 ? [0xffff_ffffn, ...host.broadcasts.slice(0, 2)] : [];
    case 'MULTICAST': return family === 4 ? [0xe000_0001n, 0xefff_fffan] : [0xff02_0000_0000_0000_0000_0000_0000_0001n, 0xff0e_0000_0000_0000_0000_0000_0000_0101n];
    case 'UNICAST': return host.interfaces.flatMap((name) => host.behind(family, name).slice(0, 1)).slice(0, 3);
    case 'UNSPEC': case 'ANYCAST': case 'BLACKHOLE': case 'UNREACHABLE': case 'PROHIBIT': case 'THROW': case 'NAT': case 'XRESOLVE': return [];
    default: return unreachable(type);
  }
}

const tried: readonly AddressType[] = ['LOCAL', 'UNICAST', 'BROADCAST', 'MULTICAST'];

function typeAim(test: Test<readonly AddressType[]> | undefined, side: 'source' | 'destination', context: AimContext): readonly Aim[] {
  if (test === undefined) return [];
  const { family, host } = context;
  const edit = (address: bigint): Edit => (side === 'source' ? { source: address } : { destination: address });
  // IPv6 counts a local address as unicast too.
  const wanted = (type: AddressType): boolean => test.value.includes(type) || (family === 6 && type === 'LOCAL' && test.value.includes('UNICAST'));
  return [negatable(test.negated, {
    holds: (draft) => wanted(host.typeOf(family, draft[side])),
    inside: tried.filter(wanted).flatMap((type) => addressesOf(type, context)).map(edit),
    outside: tried.filter((type) => !wanted(type)).flatMap((type) => addressesOf(type, context).slice(0, 2)).map(edit),
  })];
}

export const addrtypeAims = (match: AddrtypeMatch, context: AimContext): readonly Aim[] => [...typeAim(match.sourceType, 'source', context), ...typeAim(match.destinationType, 'destination', context)];

export function pkttypeAims(match: PkttypeMatch): readonly Aim[] {
  const types = ['unicast', 'broadcast', 'multicast'] as const;
  const read = (draft: Draft): string => (draft.origin === 'local' ? 'unicast' : draft.packetType ?? 'unicast');
  const { value, negated } = match.packetType;
  return [negatable(negated, { holds: (draft) => read(draft) === value, inside: types.filter((type) => type === value).map((packetType) => ({ origin: 'wire', packetType })), outside: types.filter((type) => type !== value).map((packetType) => ({ packetType })) })];
}

/** A packet without Ethernet header meets neither form. */
export function macAims(match: MacMatch): readonly Aim[] {
  const { value, negated } = match.address;
  return [negatable(negated, { holds: (draft) => draft.mac === value, inside: [{ origin: 'wire', mac: value }], outside: [{ mac: value === 0xffff_ffff_ffff ? value - 1 : value + 1 }, { mac: value === 0 ? 1 : value - 1 }, { mac: undefined }] }, (draft) => draft.origin === 'wire' && draft.mac !== undefined)];
}

export function ownerAims(match: OwnerMatch): readonly Aim[] {
  // Every local packet that a probe can be leaves a socket; root's unless it says otherwise.
  const owned = (draft: Draft): boolean => draft.origin === 'local';
  const id = (test: Test<Range> | undefined, field: 'uid' | 'gid'): readonly Aim[] => {
    if (test === undefined) return [];
    const { inside, outside } = edges(test.value, 0xffff_fffe);
    const edit = (value: number): Edit => (draft) => ({ uid: draft.uid ?? 0, gid: draft.gid ?? 0, [field]: value });
    return [negatable(test.negated, { holds: (draft) => (draft[field] ?? 0) >= test.value.min && (draft[field] ?? 0) <= test.value.max, inside: inside.map(edit), outside: outside.map(edit) }, owned)];
  };
  const exists = match.socketExists;
  return [
    ...(exists === undefined ? [] : [negatable(exists.negated, { holds: owned, inside: [{ uid: 0, gid: 0 }], outside: [] })]),
    ...id(match.uid, 'uid'), ...id(match.gid, 'gid'),
  ];
}

