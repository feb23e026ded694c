import type { Range, RtMatch, Test } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, OptionUse, Word } from '../extension.js';
import { formatAddress, parseAddress, reportAddress } from '../values/address.js';
import { readNumber, readRange, u32 } from '../values/number.js';
import { formatPortRange } from '../values/port.js';
import { parts, placeOf } from '../values/reporter.js';
import { optional, printFlag, printTest, printValue, readUses } from '../values/uses.js';

const addressLimit = 16;

const full = ({ min, max }: Range): boolean => min === 0 && max === u32;

function readAddresses(word: Word, context: DecodeContext): readonly bigint[] | undefined {
  const addresses: bigint[] = [];
  for (const part of parts(word, ',')) {
    const address = parseAddress(6, part.text);
    if (address === undefined) {
      reportAddress(part, 6, context);
      return undefined;
    }
    addresses.push(address);
  }
  if (addresses.length <= addressLimit) return addresses;
  context.report('too-many-values', { text: word.text, max: addressLimit }, placeOf(word, context));
  return undefined;
}

/** The options of type 0 stand behind `--rt-type 0`, and --rt-0-not-strict behind the list it concerns. */
function missingBefore(given: readonly OptionUse[], type: Test<number> | undefined): { readonly option: string; readonly other: string } | undefined {
  const at = (name: string): number => given.findIndex((use) => use.name === name);
  for (const option of ['rt-0-res', 'rt-0-addrs']) {
    if (at(option) < 0) continue;
    if (type?.value !== 0 || type.negated || at('rt-type') > at(option)) return { option, other: '--rt-type 0 before it' };
  }
  const strict = at('rt-0-not-strict');
  const addresses = at('rt-0-addrs');
  return strict >= 0 && (addresses < 0 || addresses > strict) ? { option: 'rt-0-not-strict', other: '--rt-0-addrs before it' } : undefined;
}

export const rt: MatchExtension<'rt'> = {
  kind: 'rt',
  modules: ['rt'],
  families: [6],
  options: [
    { name: 'rt-type', arity: 1, negatable: true },
    { name: 'rt-segsleft', arity: 1, negatable: true },
    { name: 'rt-len', arity: 1, negatable: true },
    { name: 'rt-0-res', arity: 0 },
    { name: 'rt-0-addrs', arity: 1 },
    { name: 'rt-0-not-strict', arity: 0 },
  ],
  decode(given, context): RtMatch | undefined {
    const uses = readUses(given);
    const type = uses.test('rt-type', (word) => readNumber(word, context, u32));
    const segments = uses.test('rt-segsleft', (word) => readSegments(word, context));
    const length = uses.test('rt-len', (word) => readNumber(word, context, u32));
    const addresses = uses.value('rt-0-addrs', (word) => readAddresses(word, context));
    if (uses.failed) return undefined;
    const missing = missingBefore(given, type);
    if (missing !== undefined) {
      context.report('option-needs-option', missing);
      return undefined;
    }
    return {
      kind: 'rt',
      source: context.source,
      ...optional('type', type),
      ...optional('segmentsLeft', segments !== undefined && full(segments.value) && !segments.negated ? undefined : segments),
      ...optional('length', length),
      ...optional('reserved', uses.flag('rt-0-res')),
      ...optional('addresses', addresses),
      ...optional('notStrict', uses.flag('rt-0-not-strict')),
    };
  },
  print: (match) =>
    printTest('rt-type', match.type, String) +
    printTest('rt-segsleft', match.segmentsLeft, formatPortRange) +
    printTest('rt-len', match.length, String) +
    printFlag('rt-0-res', match.reserved) +
    printValue('rt-0-addrs', match.addresses?.map((address) => formatAddress(6, address)).join(',')) +
    printFlag('rt-0-not-strict', match.notStrict),
  lossy: (match) =>
    match.segmentsLeft !== undefined && full(match.segmentsLeft.value)
      ? 'iptables-save leaves out ! --rt-segsleft 0:4294967295, which never matches'
      : undefined,
};

/** Reversed ends are legal and match nothing. */
function readSegments(word: Word, context: DecodeContext): Range | undefined {
  const range = readRange(word, context, u32);
  return range === undefined ? undefined : { min: range.min, max: range.max };
}
