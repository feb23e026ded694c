import type { NamedSet, SetElement, SetMatch, SetPart } from '../../ir/index.js';
import { hasTransport, type Draft, type Edit } from '../draft.js';
import { negatable, neutral, type Aim, type AimContext } from './aim.js';
import { seenIn, seenOut } from './conditions.js';

type Dimension = 'src' | 'dst';

/** Elements whose edges are tried; larger sets are sampled at both ends. */
const sampled = 6;

/** Aims at a set as it was supplied; a set that was not is taken for empty. */
export function setAims(match: SetMatch, context: AimContext): readonly Aim[] {
  const set = context.sets.get(match.set.value);
  if (set === undefined || set.method === 'list') return [neutral];
  const positive = set.elements.filter((element) => !element.nomatch);
  const chosen = positive.length <= sampled ? positive : [...positive.slice(0, sampled / 2), ...positive.slice(-sampled / 2)];
  const inside = chosen.flatMap((element) => elementEdits(element, match.dimensions, 'inside'));
  const outside = [...chosen.flatMap((element) => elementEdits(element, match.dimensions, 'outside')), ...set.elements.filter((element) => element.nomatch).slice(0, 2).flatMap((element) => elementEdits(element, match.dimensions, 'inside'))];
  return [negatable(match.set.negated, { holds: (draft) => contains(set, match.dimensions, draft, context), inside, outside })];
}

function elementEdits(element: SetElement, dimensions: readonly Dimension[], where: 'inside' | 'outside'): readonly Edit[] {
  const edits = element.parts.map((part, index) => partEdits(part, dimensions[index] ?? 'src'));
  const base = Object.assign({}, ...edits.map((one) => one.inside[0] ?? {})) as Partial<Draft>;
  if (where === 'inside') return [base, ...edits.flatMap((one) => one.inside.slice(1).map((edit) => ({ ...base, ...edit })))];
  return edits.flatMap((one) => one.outside.map((edit) => ({ ...base, ...edit })));
}

function partEdits(part: SetPart, dimension: Dimension): { readonly inside: readonly Partial<Draft>[]; readonly outside: readonly Partial<Draft>[] } {
  const address = (value: bigint): Partial<Draft> => (dimension === 'src' ? { source: value } : { destination: value });
  const port = (protocol: number, value: number): Partial<Draft> => ({ protocol, ...(dimension === 'src' ? { sourcePort: value } : { destinationPort: value }) });
  switch (part.kind) {
    case 'addresses': return { inside: part.min === part.max ? [address(part.min)] : [address(part.min + 1n), address(part.min), address(part.max)], outside: [...(part.min > 0n ? [address(part.min - 1n)] : []), address(part.max + 1n)] };
    case 'port': return { inside: [port(part.protocol, part.min), ...(part.max === part.min ? [] : [port(part.protocol, part.max)])], outside: [...(part.max < 65535 ? [port(part.protocol, part.max + 1)] : []), port(part.protocol === 6 ? 17 : 6, part.min)] };
    case 'mac': return { inside: [{ mac: part.address }], outside: [{ mac: part.address === 0xffff_ffff_ffff ? 0 : part.address + 1 }] };
    case 'mark': return { inside: [{ mark: part.value }], outside: [{ mark: (part.value ^ 1) >>> 0 }] };
    case 'iface': return dimension === 'src' ? { inside: [{ origin: 'wire', inInterface: part.name }], outside: [] } : { inside: [], outside: [] };
    case 'set': return { inside: [], outside: [] };
  }
}

/** The kernel's answer as far as probes need it: an element matches when every part does; an exception wins over the rest. */
function contains(set: NamedSet, dimensions: readonly Dimension[], draft: Draft, context: AimContext): boolean {
  const matched = set.elements.filter((element) => element.parts.every((part, index) => partHolds(part, dimensions[index] ?? 'src', draft, context, set)));
  return matched.length > 0 && !matched.some((element) => element.nomatch);
}

function partHolds(part: SetPart, dimension: Dimension, draft: Draft, context: AimContext, set: NamedSet): boolean {
  switch (part.kind) {
    case 'addresses': {
      const address = dimension === 'src' ? draft.source : draft.destination;
      return set.family === draft.family && address >= part.min && address <= part.max;
    }
    case 'port': {
      const port = dimension === 'src' ? draft.sourcePort : draft.destinationPort;
      // A set of bare ports takes any protocol with ports.
      const protocol = set.method === 'bitmap' ? [6, 17, 33, 132, 136].includes(draft.protocol) : draft.protocol === part.protocol;
      return hasTransport(draft) && protocol && port >= part.min && port <= part.max;
    }
    case 'mac': return draft.mac === part.address;
    case 'mark': return draft.mark === part.value;
    case 'iface': return (dimension === 'src' ? seenIn(draft, context) : seenOut(draft, context)) === part.name;
    case 'set': return false;
  }
}
