import { clusterNode } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

/** By the hash of the source of the connection; without one nothing matches (Linux 6.18). */
export const cluster: MatchMeaning<'cluster'> = ({ nodes, totalNodes, seed }, { family }) =>
  ({ packet: { connection } }) =>
    connection !== undefined && (((nodes.value >>> clusterNode(family, connection.original.source, totalNodes, seed)) & 1) === 1) !== nodes.negated;
