import type { Predicate } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { always, never, tested } from '../predicates.js';
import { external, present, setting, test } from '../steps.js';

/** Without a connection it does not match, plain or inverted. */
export const cluster: LowerMatch<'cluster'> = ({ nodes, totalNodes: total, seed, source }) => [
  setting('plain-cluster-packets', source),
  test(present({ kind: 'connection' }), source),
  test(tested(nodes, (mask) => fallsTo((mask & (2 ** total - 1)) >>> 0, total, seed)), source),
];

const fallsTo = (nodes: number, total: number, seed: number): Predicate =>
  nodes === 0 ? never : nodes === (2 ** total - 1) >>> 0 ? always : external({ kind: 'cluster', nodes, total, seed });
