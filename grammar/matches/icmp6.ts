import type { MatchExtension } from '../extension.js';
import { formatIcmpType, icmp6Names, readIcmpType } from '../values/icmp.js';
import { printTest, readUses } from '../values/uses.js';

export const icmp6: MatchExtension<'icmp6'> = {
  kind: 'icmp6',
  modules: ['icmp6', 'icmpv6', 'ipv6-icmp'],
  impliedBy: [58],
  families: [6],
  options: [{ name: 'icmpv6-type', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const icmpType = readUses(given).test('icmpv6-type', (word) => readIcmpType(word, context, icmp6Names));
    return icmpType === undefined ? undefined : { kind: 'icmp6', source: context.source, icmpType };
  },
  print: (match) => printTest('icmpv6-type', match.icmpType, formatIcmpType),
  needs: () => ({ protocols: [58], reason: 'reads the ICMPv6 header, so it wants -p ipv6-icmp' }),
};
