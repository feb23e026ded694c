import type { ClusteripJump } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, OptionUse, Word } from '../extension.js';
import { readKeyword } from '../values/keyword.js';
import { formatMac, readMac } from '../values/mac.js';
import { readNumber, u32 } from '../values/number.js';
import { placeOf } from '../values/reporter.js';
import { optional, printValue, readUses } from '../values/uses.js';

const nodeLimit = 16;
const modes = ['sourceip', 'sourceip-sourceport', 'sourceip-sourceport-destport'] as const;
const needed = ['hashmode', 'clustermac', 'total-nodes', 'local-node'] as const;

function readMulticast(word: Word, context: DecodeContext): number | undefined {
  const mac = readMac(word, context);
  if (mac === undefined || Math.floor(mac / 2 ** 40) % 2 === 1) return mac;
  context.report('bad-value', { option: 'clustermac', text: word.text, problem: 'is no multicast address' }, placeOf(word, context));
  return undefined;
}

function readCreation(given: readonly OptionUse[], context: DecodeContext): ClusteripJump['create'] {
  const uses = readUses(given);
  const hash = uses.value('hashmode', (word) => readKeyword(word, context, modes, 'exact'));
  const mac = uses.value('clustermac', (word) => readMulticast(word, context));
  const totalNodes = uses.value('total-nodes', (word) => readNumber(word, context, nodeLimit, 1));
  const localNode = uses.value('local-node', (word) => readNumber(word, context, nodeLimit, 1));
  const seed = uses.value('hash-init', (word) => readNumber(word, context, u32));
  if (uses.failed) return undefined;
  const missing = uses.has('new') ? needed.filter((option) => !uses.has(option)) : ['new'];
  if (hash === undefined || mac === undefined || totalNodes === undefined || localNode === undefined || missing.length > 0) {
    context.report('option-needed', { extension: 'CLUSTERIP', options: missing.map((option) => `--${option}`).join(' and ') });
    return undefined;
  }
  if (localNode <= totalNodes) return { hash, mac, totalNodes, localNode, ...optional('seed', seed) };
  context.report('number-out-of-range', { text: String(localNode), min: 1, max: totalNodes });
  return undefined;
}

/** From the documentation and the sources: current kernels have no CLUSTERIP. */
export const clusterip: JumpExtension<'clusterip'> = {
  kind: 'clusterip',
  target: 'CLUSTERIP',
  families: [4],
  unjudged: true,
  options: [
    { name: 'new', arity: 0 },
    ...[...needed, 'hash-init'].map((name) => ({ name, arity: 1 }) as const),
  ],
  decode(given, context): ClusteripJump | undefined {
    const create = given.length === 0 ? undefined : readCreation(given, context);
    if (given.length > 0 && create === undefined) return undefined;
    return { kind: 'clusterip', source: context.source, ...optional('create', create) };
  },
  print: ({ create }) =>
    create === undefined
      ? ''
      : ` --new${printValue('hashmode', create.hash)}${printValue('clustermac', formatMac(create.mac).toUpperCase())}` +
        printValue('total-nodes', create.totalNodes) +
        printValue('local-node', create.localNode) +
        printValue('hash-init', create.seed ?? 0),
};
