import type { Field, Hook, Interval } from '../ir/index.js';
import type { Bdd } from './bdd.js';
import { intervalsNode } from './interval.js';
import type { Layout } from './layout.js';
import type { Vocabulary } from './vocabulary.js';

const range = (min: bigint, max = min): Interval => ({ min, max });

/** IPv4 as `src/stack/network.ts` has it measured (`route_localnet` 0, as it is unless somebody sets it). */
const nobody4 = range(0n);
const loopback4 = range(0x7f00_0000n, 0x7fff_ffffn);
const groups4 = range(0xe000_0000n, 0xefff_ffffn);
const everybody4 = range(0xffff_ffffn);

const loopback6 = range(1n);
const groups6 = range(0xffn << 120n, (1n << 128n) - 1n);
/** Groups of the scopes 0 (reserved) and 1 (this interface), with whatever flags. */
const nearGroups6 = Array.from({ length: 16 }, (_, flags) => range((0xff0n << 116n) | (BigInt(flags) << 116n), (((0xff0n << 116n) | (BigInt(flags) << 116n)) | (2n << 112n)) - 1n));

/** Addresses that no packet off a wire has when it comes to a hook: what the stack refuses before. */
const refused: { readonly [F in 4 | 6]: { readonly [H in Hook]?: { readonly source: readonly Interval[]; readonly destination: readonly Interval[] } } } = {
  4: {
    INPUT: { source: [loopback4, groups4, everybody4], destination: [loopback4] },
    FORWARD: { source: [nobody4, loopback4, groups4, everybody4], destination: [nobody4, loopback4, groups4, everybody4] },
  },
  6: {
    PREROUTING: { source: [loopback6, groups6], destination: [loopback6, ...nearGroups6] },
    INPUT: { source: [loopback6, groups6], destination: nearGroups6 },
    FORWARD: { source: [loopback6, groups6], destination: [loopback6, groups6] },
  },
};

/** Destinations that are this host on every host, and the one that stands for it. */
const always: { readonly [F in 4 | 6]: readonly Interval[] } = { 4: [nobody4, loopback4], 6: [range(0n, 1n)] };

/** What is certain of the addresses of a packet that came over a wire. */
export function offTheWire(hook: Hook, vocabulary: Vocabulary, bdd: Bdd, layout: Layout): number {
  const lists = refused[layout.family][hook];
  if (lists === undefined) return 1;
  const parts = [outside('ip.source', lists.source, vocabulary, bdd, layout), outside('ip.destination', lists.destination, vocabulary, bdd, layout)];
  if (layout.family === 4 && hook === 'INPUT') parts.push(ofNobody(vocabulary, bdd, layout));
  return parts.reduce((all, part) => bdd.and(all, part), 1);
}

/**
 * Packets off the wire that come to PREROUTING and no further, whatever is done to them there, as far as their own addresses tell it: `source`,
 * since nothing there writes it; `destination`, unless something does.
 */
export function neverRouted(vocabulary: Vocabulary, bdd: Bdd, layout: Layout): { readonly source: number; readonly destination: number } {
  const lists = layout.family === 4 ? refused[4].INPUT : undefined;
  const within = (field: Field, intervals: readonly Interval[]): number => (vocabulary.fields.has(field) ? bdd.not(outside(field, intervals, vocabulary, bdd, layout)) : 0);
  return { source: within('ip.source', lists?.source ?? []), destination: within('ip.destination', lists?.destination ?? []) };
}

/** To nobody speaks only nobody, who speaks to nobody, to everybody or to a group (measured). */
function ofNobody(vocabulary: Vocabulary, bdd: Bdd, layout: Layout): number {
  if (!vocabulary.fields.has('ip.destination') || !vocabulary.fields.has('ip.source')) return 1;
  const not = (field: Field, ...intervals: readonly Interval[]): number => outside(field, intervals, vocabulary, bdd, layout);
  return bdd.and(bdd.or(not('ip.destination', nobody4), bdd.not(not('ip.source', nobody4))), bdd.or(not('ip.source', nobody4), bdd.not(not('ip.destination', nobody4, everybody4, groups4))));
}

/** What is certain of the addresses of this host's packets to others. */
export const ontoTheWire = (vocabulary: Vocabulary, bdd: Bdd, layout: Layout): number => outside('ip.destination', always[layout.family], vocabulary, bdd, layout);

function outside(field: Field, intervals: readonly Interval[], vocabulary: Vocabulary, bdd: Bdd, layout: Layout): number {
  const bits = layout.family === 4 ? 32n : 128n;
  return vocabulary.fields.has(field) ? bdd.not(intervalsNode(bdd, layout.field(field), (1n << bits) - 1n, intervals)) : 1;
}
