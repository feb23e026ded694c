import { addressBits, prefixMask, type AddressMask, type Family, type PolicyElement } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, OptionSpec, OptionUse, Word } from '../extension.js';
import { formatAddress, formatMask, readHostMask } from '../values/address.js';
import { readKeyword } from '../values/keyword.js';
import { hex } from '../values/mask.js';
import { readNumber, u32 } from '../values/number.js';
import { formatProtocol, readProtocol } from '../values/protocol.js';
import { placeOf } from '../values/reporter.js';
import { firstValue, printFlag, printTest, printValue, readUses } from '../values/uses.js';

/** Elements that the kernel has room for. */
const depth = 4;

const element = (name: string): OptionSpec => ({ name, arity: 1, negatable: true, repeatable: true });

export const policy: MatchExtension<'policy'> = {
  kind: 'policy',
  modules: ['policy'],
  families: [4, 6],
  options: [
    { name: 'dir', arity: 1 },
    { name: 'pol', arity: 1 },
    { name: 'strict', arity: 0 },
    ...['reqid', 'spi', 'tunnel-src', 'tunnel-dst', 'proto', 'mode'].map(element),
    { name: 'next', arity: 0, repeatable: true },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const direction = uses.value('dir', (word) => readKeyword(word, context, ['in', 'out'] as const, 'exact'));
    const kind = uses.value('pol', (word) => readKeyword(word, context, ['ipsec', 'none'] as const, 'exact')) ?? 'ipsec';
    const elements = readElements(given, context);
    if (uses.failed || elements === undefined) return undefined;
    if (direction === undefined) {
      context.report('option-needed', { extension: 'policy', options: '--dir in or --dir out' });
      return undefined;
    }
    const strict = uses.has('strict');
    const problem = findProblem(kind, strict, elements);
    if (problem !== undefined) {
      context.report('kernel-refuses', { extension: 'policy', reason: problem });
      return undefined;
    }
    return { kind: 'policy', source: context.source, direction, policy: kind, strict, elements: kind === 'none' ? [] : elements };
  },
  print: (match, { family }) =>
    printValue('dir', match.direction) +
    printValue('pol', match.policy) +
    printFlag('strict', match.strict) +
    match.elements.map((one) => printElement(one, family)).join(' --next'),
  needs: ({ direction }) =>
    direction === 'in'
      ? { notHooks: ['OUTPUT', 'POSTROUTING'], reason: '--dir in asks how a packet came in, which has no meaning in OUTPUT and POSTROUTING' }
      : { notHooks: ['PREROUTING', 'INPUT'], reason: '--dir out asks how a packet will leave, which is unknown in PREROUTING and INPUT' },
};

function findProblem(kind: 'ipsec' | 'none', strict: boolean, elements: readonly PolicyElement[]): string | undefined {
  if (kind === 'none') {
    if (strict) return '--pol none cannot be strict';
    return elements.length > 1 ? '--pol none has no elements' : undefined;
  }
  if (elements.length > 1 && !strict) return '--next wants --strict';
  if (strict && elements.some((one) => Object.keys(one).length === 0)) return 'under --strict every element tests something';
  const inTunnel = (one: PolicyElement): boolean => (one.mode?.value === 'tunnel' && !one.mode.negated) || (one.mode?.value === 'transport' && one.mode.negated);
  const outside = elements.some((one) => (one.tunnelSource !== undefined || one.tunnelDestination !== undefined) && !inTunnel(one));
  return outside ? '--tunnel-src and --tunnel-dst want --mode tunnel' : undefined;
}

/** One element between --next and the next; undefined once something was reported. */
function readElements(given: readonly OptionUse[], context: DecodeContext): readonly PolicyElement[] | undefined {
  const elements: PolicyElement[] = [{}];
  for (const use of given) {
    const last = elements.length - 1;
    if (use.name === 'next') {
      if (elements.push({}) > depth) {
        context.report('kernel-refuses', { extension: 'policy', reason: `it has room for ${depth} elements` }, placeOf(use.word, context));
        return undefined;
      }
      continue;
    }
    const read = readPart(use, context);
    if (read === 'other') continue;
    if (read === undefined) return undefined;
    const current = elements[last] ?? {};
    const double = Object.keys(read).some((key) => key in current);
    if (double) {
      context.report('repeated-element-option', { option: use.name }, placeOf(use.word, context));
      return undefined;
    }
    elements[last] = { ...current, ...read };
  }
  return elements;
}

function readPart(use: OptionUse, context: DecodeContext): PolicyElement | 'other' | undefined {
  const word = firstValue(use);
  const part = <T, R extends PolicyElement>(value: T | undefined, make: (test: { value: T; negated: boolean }) => R): R | undefined =>
    value === undefined ? undefined : make({ value, negated: use.negated });
  switch (use.name) {
    case 'reqid':
      return part(readNumber(word, context, u32), (reqid) => ({ reqid }));
    case 'spi':
      return part(readNumber(word, context, u32), (spi) => ({ spi }));
    case 'proto':
      return part(readIpsecProtocol(word, context), (protocol) => ({ protocol }));
    case 'mode':
      return part(readKeyword(word, context, ['tunnel', 'transport'] as const, 'exact'), (mode) => ({ mode }));
    case 'tunnel-dst':
      return part(readHostMask(word, context.family, context), (tunnelDestination) => ({ tunnelDestination }));
    case 'tunnel-src':
      return part(readHostMask(word, context.family, context), (tunnelSource) => ({ tunnelSource }));
    default:
      return 'other';
  }
}

function readIpsecProtocol(word: Word, context: DecodeContext): number | undefined {
  const protocol = readProtocol(word, context);
  if (protocol === undefined || [50, 51, 108].includes(protocol)) return protocol;
  context.report('bad-keyword', { text: word.text, expected: 'ah, esp, ipcomp' }, placeOf(word, context));
  return undefined;
}

function printElement(one: PolicyElement, family: Family): string {
  const format = ({ address, mask }: AddressMask): string =>
    formatAddress(family, address) + (mask === prefixMask(family, addressBits(family)) ? '' : formatMask(family, mask));
  return (
    printTest('reqid', one.reqid, String) +
    printTest('spi', one.spi, (spi) => hex(spi)) +
    printTest('proto', one.protocol, formatProtocol) +
    printTest('mode', one.mode, String) +
    printTest('tunnel-dst', one.tunnelDestination, format) +
    printTest('tunnel-src', one.tunnelSource, format)
  );
}
