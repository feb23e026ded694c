import { tcpFlagBits, type Masked } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, OptionUse, Word } from '../extension.js';
import { readNumber } from '../values/number.js';
import { readPortRange } from '../values/port.js';
import { parts, placeOf } from '../values/reporter.js';
import { optional, printTest, readUses } from '../values/uses.js';
import { lossyPorts, portOptions, printPorts, testedPorts } from './ports.js';

const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const;
const allFlags = 0x3f;

/** What --syn stands for. */
const synFlags: Masked = { value: tcpFlagBits.SYN, mask: tcpFlagBits.FIN | tcpFlagBits.SYN | tcpFlagBits.RST | tcpFlagBits.ACK };

/** Names between commas, empty parts aside; ALL and NONE are lists of their own. */
function readFlags(word: Word, context: DecodeContext): number | undefined {
  let flags = 0;
  for (const part of parts(word, ',')) {
    const name = part.text.toUpperCase();
    const known = flagNames.find((flag) => flag === name);
    if (known !== undefined) flags |= tcpFlagBits[known];
    else if (name === 'ALL') flags |= allFlags;
    else if (name !== 'NONE' && name !== '') {
      context.report('bad-keyword', { text: part.text, expected: `${flagNames.join(', ')}, ALL, NONE` }, placeOf(part, context));
      return undefined;
    }
  }
  return flags;
}

function formatFlags(flags: number): string {
  const set = flagNames.filter((flag) => (flags & tcpFlagBits[flag]) !== 0);
  return set.length === 0 ? 'NONE' : set.join(',');
}

export const tcp: MatchExtension<'tcp'> = {
  kind: 'tcp',
  modules: ['tcp'],
  impliedBy: [6],
  families: [4, 6],
  options: [
    ...portOptions,
    { name: 'tcp-flags', arity: 2, negatable: true, excludes: ['syn'] },
    { name: 'syn', arity: 0, negatable: true, excludes: ['tcp-flags'] },
    { name: 'tcp-option', arity: 1, negatable: true },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const sourcePort = testedPorts(uses.test('sport', (word) => readPortRange(word, context, 'tcp')));
    const destinationPort = testedPorts(uses.test('dport', (word) => readPortRange(word, context, 'tcp')));
    const option = uses.test('tcp-option', (word) => readNumber(word, context, 255, 1));
    const use = given.find(({ name }) => name === 'tcp-flags' || name === 'syn');
    const flags = use === undefined ? undefined : readFlagsOption(use, context);
    if (uses.failed || (use !== undefined && flags === undefined)) return undefined;
    // An empty mask with an empty value tests nothing, and the kernel shows it only when it is negated.
    const tested = flags?.mask === 0 && flags.value === 0 && use?.negated === false ? undefined : flags;
    return {
      kind: 'tcp',
      source: context.source,
      ...optional('sourcePort', sourcePort),
      ...optional('destinationPort', destinationPort),
      ...optional('option', option),
      ...optional('flags', tested === undefined ? undefined : { value: tested, negated: use?.negated === true }),
    };
  },
  print: (match) =>
    printPorts('sport', match.sourcePort) +
    printPorts('dport', match.destinationPort) +
    printTest('tcp-option', match.option, String) +
    printTest('tcp-flags', match.flags, ({ mask, value }) => `${formatFlags(mask)} ${formatFlags(value)}`),
  lossy(match) {
    if (match.flags?.value.mask === 0 && !match.flags.negated) return 'iptables-save leaves out --tcp-flags NONE with flags to be set, which never matches';
    return lossyPorts(match.sourcePort, match.destinationPort);
  },
  needs: () => ({ protocols: [6], reason: 'reads the TCP header, so it wants -p tcp' }),
};

function readFlagsOption(use: OptionUse, context: DecodeContext): Masked | undefined {
  if (use.name === 'syn') return synFlags;
  const [maskWord, valueWord] = use.values;
  if (maskWord === undefined || valueWord === undefined) return undefined;
  const mask = readFlags(maskWord, context);
  const value = readFlags(valueWord, context);
  return mask === undefined || value === undefined ? undefined : { mask, value };
}
