import type { AddressMask, SrhComparison, SrhMatch } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, OptionUse } from '../extension.js';
import { formatNetwork, readHostMask } from '../values/address.js';
import { readNumber, u16, u8 } from '../values/number.js';
import { firstValue, optional, printTest, readUses } from '../values/uses.js';

const comparisons = ['eq', 'gt', 'lt'] as const;
const compared = ['hdr-len', 'segs-left', 'last-entry'] as const;

/** iptables keeps one number for the three comparisons of a field: the one written last. */
function readComparison(field: (typeof compared)[number], given: readonly OptionUse[], context: DecodeContext): SrhComparison | 'none' | undefined {
  const uses = given.filter(({ name }) => comparisons.some((one) => name === `srh-${field}-${one}`));
  const values: number[] = [];
  for (const use of uses) {
    const value = readNumber(firstValue(use), context, u8);
    if (value === undefined) return undefined;
    values.push(value);
  }
  const value = values.at(-1);
  if (value === undefined) return 'none';
  if (values.some((one) => one !== value)) {
    context.report('value-ignored', { option: `--srh-${field}`, reason: `iptables keeps one number for its comparisons, the last: ${value}` });
  }
  const how = (comparison: string): { readonly negated: boolean } | undefined => {
    const use = uses.find(({ name }) => name === `srh-${field}-${comparison}`);
    return use === undefined ? undefined : { negated: use.negated };
  };
  return { value, ...optional('eq', how('eq')), ...optional('gt', how('gt')), ...optional('lt', how('lt')) };
}

const printComparison = (field: (typeof compared)[number], comparison: SrhComparison | undefined): string =>
  comparison === undefined
    ? ''
    : comparisons
        .map((one) => printTest(`srh-${field}-${one}`, comparison[one] === undefined ? undefined : { value: comparison.value, ...comparison[one] }, String))
        .join('');

const present = <T>(value: T | 'none' | undefined): T | undefined => (value === 'none' ? undefined : value);

export const srh: MatchExtension<'srh'> = {
  kind: 'srh',
  modules: ['srh'],
  families: [6],
  options: [
    { name: 'srh-next-hdr', arity: 1, negatable: true },
    ...compared.flatMap((field) => comparisons.map((one) => ({ name: `srh-${field}-${one}`, arity: 1, negatable: true }) as const)),
    { name: 'srh-tag', arity: 1, negatable: true },
    { name: 'srh-psid', arity: 1, negatable: true },
    { name: 'srh-nsid', arity: 1, negatable: true },
    { name: 'srh-lsid', arity: 1, negatable: true },
  ],
  decode(given, context): SrhMatch | undefined {
    const uses = readUses(given);
    const nextHeader = uses.test('srh-next-hdr', (word) => readNumber(word, context, u8));
    const headerLength = readComparison('hdr-len', given, context);
    const segmentsLeft = readComparison('segs-left', given, context);
    const lastEntry = readComparison('last-entry', given, context);
    const tag = uses.test('srh-tag', (word) => readNumber(word, context, u16));
    const sid = (name: string) => uses.test(name, (word) => readHostMask(word, 6, context));
    const previousSid = sid('srh-psid');
    const nextSid = sid('srh-nsid');
    const lastSid = sid('srh-lsid');
    if (uses.failed || headerLength === undefined || segmentsLeft === undefined || lastEntry === undefined) return undefined;
    return {
      kind: 'srh',
      source: context.source,
      ...optional('nextHeader', nextHeader),
      ...optional('headerLength', present(headerLength)),
      ...optional('segmentsLeft', present(segmentsLeft)),
      ...optional('lastEntry', present(lastEntry)),
      ...optional('tag', tag),
      ...optional('previousSid', previousSid),
      ...optional('nextSid', nextSid),
      ...optional('lastSid', lastSid),
    };
  },
  print(match) {
    const network = (value: AddressMask): string => formatNetwork(6, value);
    return (
      printTest('srh-next-hdr', match.nextHeader, String) +
      printComparison('hdr-len', match.headerLength) +
      printComparison('segs-left', match.segmentsLeft) +
      printComparison('last-entry', match.lastEntry) +
      printTest('srh-tag', match.tag, String) +
      printTest('srh-psid', match.previousSid, network) +
      printTest('srh-nsid', match.nextSid, network) +
      printTest('srh-lsid', match.lastSid, network)
    );
  },
};
