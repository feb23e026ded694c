import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

/** One node of up to 32, or a mask of several, which iptables takes up to 32 only. */
const nodes = fc.oneof(
  number(32, 1).chain((totalNodes) => number(totalNodes, 1).map((node) => ({ totalNodes, value: 2 ** (node - 1) }))),
  number(32, 6).chain((totalNodes) => number(32, 1).map((value) => ({ totalNodes, value }))),
);

export const cluster: MatchGenerator<'cluster'> = {
  families: [4, 6],
  draw: () =>
    fc.tuple(nodes, fc.boolean(), number(0xffff_ffff)).map(([{ totalNodes, value }, negated, seed]) => ({
      kind: 'cluster' as const,
      source: nowhere,
      nodes: { value, negated },
      totalNodes,
      seed,
    })),
};
