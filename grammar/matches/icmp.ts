import type { MatchExtension } from '../extension.js';
import { formatIcmpType, icmpNames, readIcmpType } from '../values/icmp.js';
import { printTest, readUses } from '../values/uses.js';

/** Type 255 is `any` for the kernel, whatever its code: decoding keeps no other form of it. */
export const icmp: MatchExtension<'icmp'> = {
  kind: 'icmp',
  modules: ['icmp'],
  impliedBy: [1],
  families: [4],
  options: [{ name: 'icmp-type', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const icmpType = readUses(given).test('icmp-type', (word) => readIcmpType(word, context, icmpNames));
    if (icmpType === undefined) return undefined;
    const value = icmpType.value.type === 255 ? { type: 255, code: { min: 0, max: 255 } } : icmpType.value;
    return { kind: 'icmp', source: context.source, icmpType: { ...icmpType, value } };
  },
  print: (match) => printTest('icmp-type', match.icmpType, (value) => (value.type === 255 ? 'any' : formatIcmpType(value))),
  needs: () => ({ protocols: [1], reason: 'reads the ICMP header, so it wants -p icmp' }),
};
