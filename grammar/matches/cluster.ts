import type { ClusterMatch, Test } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension } from '../extension.js';
import { hex } from '../values/mask.js';
import { readNumber, u32 } from '../values/number.js';
import { printTest, printValue, readUses } from '../values/uses.js';

const nodeLimit = 32;
const bits = 8;

/** iptables 1.8.9 takes masks up to 32 only, though it prints them up to 2^31. */
const maskLimit = 32;

function readNodes(uses: ReturnType<typeof readUses>, totalNodes: number, context: DecodeContext): Test<number> | undefined {
  const node = uses.test('cluster-local-node', (word) => readNumber(word, context, nodeLimit, 1));
  const mask = uses.test('cluster-local-nodemask', (word) => readNumber(word, context, maskLimit, 1));
  if (uses.failed) return undefined;
  if (node === undefined && mask === undefined) {
    context.report('option-needed', { extension: 'cluster', options: '--cluster-local-node or --cluster-local-nodemask' });
    return undefined;
  }
  if (node !== undefined && node.value > totalNodes) {
    context.report('number-out-of-range', { text: String(node.value), min: 1, max: totalNodes });
    return undefined;
  }
  const nodes = node === undefined ? mask : { value: 2 ** (node.value - 1), negated: node.negated };
  if (nodes !== undefined && nodes.value >= 2 ** totalNodes) {
    context.report('number-out-of-range', { text: String(nodes.value), min: 1, max: 2 ** totalNodes - 1 });
    return undefined;
  }
  return nodes;
}

export const cluster: MatchExtension<'cluster'> = {
  kind: 'cluster',
  modules: ['cluster'],
  families: [4, 6],
  options: [
    { name: 'cluster-total-nodes', arity: 1, mandatory: true },
    { name: 'cluster-local-node', arity: 1, negatable: true, excludes: ['cluster-local-nodemask'] },
    { name: 'cluster-local-nodemask', arity: 1, negatable: true, excludes: ['cluster-local-node'] },
    { name: 'cluster-hash-seed', arity: 1, mandatory: true },
  ],
  decode(given, context): ClusterMatch | undefined {
    const uses = readUses(given);
    const totalNodes = uses.value('cluster-total-nodes', (word) => readNumber(word, context, nodeLimit, 1));
    const seed = uses.value('cluster-hash-seed', (word) => readNumber(word, context, u32));
    if (totalNodes === undefined || seed === undefined) return undefined;
    const nodes = readNodes(uses, totalNodes, context);
    return nodes === undefined ? undefined : { kind: 'cluster', source: context.source, nodes, totalNodes, seed };
  },
  print: ({ nodes, totalNodes, seed }) =>
    (nodes.value > maskLimit
      ? printTest('cluster-local-node', nodes, (value) => String(Math.log2(value) + 1))
      : printTest('cluster-local-nodemask', nodes, (value) => hex(value, bits))) +
    printValue('cluster-total-nodes', totalNodes) +
    printValue('cluster-hash-seed', hex(seed, bits)),
  lossy: ({ nodes }) => (nodes.value > maskLimit ? 'iptables-save prints a node mask beyond 32, which iptables refuses to read again' : undefined),
};
