import type { MatchExtension } from '../extension.js';
import { readResolvedPortRange } from '../values/port.js';
import { optional, readUses } from '../values/uses.js';
import { lossyPorts, portOptions, printPorts, testedPorts } from './ports.js';

/** Ports as getaddrinfo resolves them; reversed ends are legal and match nothing. */
export const udp: MatchExtension<'udp'> = {
  kind: 'udp',
  modules: ['udp'],
  impliedBy: [17],
  families: [4, 6],
  options: portOptions,
  decode(given, context) {
    const uses = readUses(given);
    const sourcePort = testedPorts(uses.test('sport', (word) => readResolvedPortRange(word, context)));
    const destinationPort = testedPorts(uses.test('dport', (word) => readResolvedPortRange(word, context)));
    if (uses.failed) return undefined;
    return { kind: 'udp', source: context.source, ...optional('sourcePort', sourcePort), ...optional('destinationPort', destinationPort) };
  },
  print: (match) => printPorts('sport', match.sourcePort) + printPorts('dport', match.destinationPort),
  lossy: (match) => lossyPorts(match.sourcePort, match.destinationPort),
  needs: () => ({ protocols: [17], reason: 'reads the UDP header, so it wants -p udp' }),
};
