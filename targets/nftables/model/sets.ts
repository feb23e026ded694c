import type { NftSet } from '../ast.js';

/** A named set, ready for lookups. */
export interface SetIndex {
  /** Rules put elements into it, and take them out: those that it begins with, by the texts of their keys, with the seconds that they stay. */
  readonly dynamic?: ReadonlyMap<string, number>;
  has(key: readonly (bigint | string)[]): boolean;
}

/** Sets of single values are one hash; sets with intervals are looked through. */
export function indexSet(set: NftSet): SetIndex {
  if (set.dynamic === true) {
    const given = new Map(set.elements.map(({ parts, timeout = Infinity }): [string, number] => [parts.map((part) => ('name' in part ? part.name : part.min.toString())).join(' '), timeout]));
    return { dynamic: given, has: () => false };
  }
  const exact = set.elements.every(({ parts }) => parts.every((part) => 'name' in part || part.min === part.max));
  if (exact) {
    const known = new Set(set.elements.map(({ parts }) => parts.map((part) => ('name' in part ? `"${part.name}` : part.min.toString())).join(' ')));
    return { has: (key) => known.has(key.map((part) => (typeof part === 'string' ? `"${part}` : part.toString())).join(' ')) };
  }
  return {
    has: (key) =>
      set.elements.some(({ parts }) =>
        parts.every((part, index) => {
          const value = key[index];
          return 'name' in part ? value === part.name : typeof value === 'bigint' && part.min <= value && value <= part.max;
        }),
      ),
  };
}
