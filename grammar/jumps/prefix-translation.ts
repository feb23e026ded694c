import { prefixLength, type AddressMask, type DnptJump, type SnptJump } from '../../src/ir/index.js';
import type { DecodeContext, OptionSpec, OptionUse, Word } from '../extension.js';
import { formatNetwork, readHostMask } from '../values/address.js';
import { placeOf } from '../values/reporter.js';
import { printValue, readUses } from '../values/uses.js';

const longest = 64;

/** The kernel wants 1 to 64 bits and nothing behind them. */
function readPrefix(word: Word, context: DecodeContext, name: string): AddressMask | undefined {
  const prefix = readHostMask(word, 6, context);
  if (prefix === undefined) return undefined;
  const length = prefixLength(6, prefix.mask) ?? 0;
  const reason =
    length === 0 || length > longest ? `a prefix has 1 to ${longest} bits` : (prefix.address & ~prefix.mask) !== 0n ? 'the address has bits behind its prefix' : undefined;
  if (reason === undefined) return prefix;
  context.report('kernel-refuses', { extension: name, reason }, placeOf(word, context));
  return undefined;
}

export const prefixOptions: readonly OptionSpec[] = [
  { name: 'src-pfx', arity: 1, mandatory: true },
  { name: 'dst-pfx', arity: 1, mandatory: true },
];

export function readPrefixes(given: readonly OptionUse[], context: DecodeContext, name: string): Pick<DnptJump, 'from' | 'to'> | undefined {
  const uses = readUses(given);
  const from = uses.value('src-pfx', (word) => readPrefix(word, context, name));
  const to = uses.value('dst-pfx', (word) => readPrefix(word, context, name));
  return from === undefined || to === undefined ? undefined : { from, to };
}

export const printPrefixes = ({ from, to }: DnptJump | SnptJump): string => printValue('src-pfx', formatNetwork(6, from)) + printValue('dst-pfx', formatNetwork(6, to));
