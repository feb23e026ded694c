import type { DscpMatch, HlMatch, LengthMatch, Masked, Test, TosMatch, TtlMatch } from '../../ir/index.js';
import { isWhole, lengthOf, shortestLength, type Draft } from '../draft.js';
import { edges, negatable, type Aim, type AimContext } from './aim.js';

export function lengthAims(match: LengthMatch): readonly Aim[] {
  const { value, negated } = match.length;
  const { inside, outside } = edges(value, 1500);
  const middle = value.min <= value.max ? [Math.min(value.max, Math.max(value.min, 60))] : [];
  return [negatable(negated, {
    holds: (draft) => lengthOf(draft) >= value.min && lengthOf(draft) <= value.max,
    // A wish below what the headers need is met by the shortest protocol there is: raw bytes.
    inside: [...middle, ...inside, ...(value.max < 41 && value.max >= 20 ? [value.max] : [])].map((length) => (draft: Draft) => (length < shortestLength(draft) && isWhole(draft) && value.max < shortestLength(draft) ? { length, protocol: 253, tcpOptions: new Uint8Array(), ipOptions: new Uint8Array(), extensions: [] } : { length })),
    outside: outside.map((length) => ({ length })),
  })];
}

/** The TTL that rules of a hook see: forwarding has taken one away before FORWARD. */
export function seenHops(draft: Draft, { hook }: AimContext): number {
  const forwarded = draft.origin === 'wire' && (hook === 'FORWARD' || hook === 'POSTROUTING');
  return draft.ttl - (forwarded ? 1 : 0);
}

export function hopsAims(match: TtlMatch | HlMatch, context: AimContext): readonly Aim[] {
  const { comparison, value } = match;
  const range = comparison === 'lt' ? { min: 0, max: value - 1 } : comparison === 'gt' ? { min: value + 1, max: 255 } : { min: value, max: value };
  const { inside, outside } = edges(range, 255);
  const edit = (hops: number) => (draft: Draft) => ({ ttl: Math.min(255, hops + draft.ttl - seenHops(draft, context)) });
  return [negatable(comparison === 'ne', { holds: (draft) => seenHops(draft, context) >= range.min && seenHops(draft, context) <= range.max, inside: inside.map(edit), outside: outside.map(edit) })];
}

const maskedAim = ({ value, negated }: Test<Masked>): Aim => {
  const unsatisfiable = (value.value & ~value.mask) !== 0;
  const bits = [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => 1 << bit).filter((bit) => (value.mask & bit) !== 0);
  return negatable(negated, {
    holds: (draft) => !unsatisfiable && (draft.tos & value.mask) === value.value,
    inside: unsatisfiable ? [] : [value.value, value.value | (~value.mask & 255)].map((tos) => ({ tos })),
    outside: bits.map((bit) => ({ tos: (value.value & value.mask) ^ bit })),
  });
};

export const tosAims = (match: TosMatch): readonly Aim[] => [maskedAim(match.tos)];

export const dscpAims = (match: DscpMatch): readonly Aim[] => [maskedAim({ value: { value: match.dscp.value << 2, mask: 0xfc }, negated: match.dscp.negated })];
