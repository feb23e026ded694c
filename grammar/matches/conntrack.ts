import { ctStateFlags, ctStatuses, type CtStatus, type Range } from '../../src/ir/index.js';
import type { MatchExtension, OptionSpec, OptionUse, Word } from '../extension.js';
import { formatHostMask, readHostMask } from '../values/address.js';
import { readKeyword, readKeywords } from '../values/keyword.js';
import { readRange, u32, u8 } from '../values/number.js';
import { formatPortRange, readResolvedPortRange } from '../values/port.js';
import { readProtocol } from '../values/protocol.js';
import type { Reporter } from '../values/reporter.js';
import { optional, printTest, printValue, readUses } from '../values/uses.js';

const negatable = (name: string): OptionSpec => ({ name, arity: 1, negatable: true });

/** Options of host, mask and port as the C library reads them; host bits stay. */
export const conntrack: MatchExtension<'conntrack'> = {
  kind: 'conntrack',
  modules: ['conntrack'],
  families: [4, 6],
  options: [
    ...['ctstate', 'ctproto', 'ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst'].map(negatable),
    ...['ctstatus', 'ctexpire', 'ctorigsrcport', 'ctorigdstport', 'ctreplsrcport', 'ctrepldstport'].map(negatable),
    { name: 'ctdir', arity: 1 },
  ],
  decode(given, context) {
    if (given.length === 0) {
      context.report('option-needed', { extension: 'conntrack', options: 'at least one option' });
      return undefined;
    }
    const uses = readUses(given);
    const address = (name: string) => uses.test(name, (word) => readHostMask(word, context.family, context));
    const ports = (name: string) => uses.test(name, (word) => readResolvedPortRange(word, context));
    const match = {
      kind: 'conntrack',
      source: context.source,
      ...optional('states', uses.test('ctstate', (word) => readKeywords(word, context, ctStateFlags, 'prefix'))),
      ...optional('protocol', uses.test('ctproto', (word) => readTrackedProtocol(word, context))),
      ...optional('originalSource', address('ctorigsrc')),
      ...optional('originalDestination', address('ctorigdst')),
      ...optional('replySource', address('ctreplsrc')),
      ...optional('replyDestination', address('ctrepldst')),
      ...optional('originalSourcePort', ports('ctorigsrcport')),
      ...optional('originalDestinationPort', ports('ctorigdstport')),
      ...optional('replySourcePort', ports('ctreplsrcport')),
      ...optional('replyDestinationPort', ports('ctrepldstport')),
      ...optional('statuses', uses.test('ctstatus', (word) => readStatuses(word, context))),
      ...optional('expire', uses.test('ctexpire', (word) => readSeconds(word, context))),
      ...optional('direction', uses.value('ctdir', (word) => readKeyword(word, context, ['ORIGINAL', 'REPLY'] as const, 'caseless'))),
    } as const;
    if (uses.failed) return undefined;
    if (neverMatches(given, match.protocol?.value)) {
      context.report('never-matches', { extension: 'conntrack', reason: '--ctproto 0 behind a negated --ctstatus is refused by iptables' });
      return undefined;
    }
    return match;
  },
  print: (match, { family }) =>
    printTest('ctstate', match.states, (list) => list.join(',')) +
    printTest('ctproto', match.protocol, String) +
    printTest('ctorigsrc', match.originalSource, (address) => formatHostMask(family, address)) +
    printTest('ctorigdst', match.originalDestination, (address) => formatHostMask(family, address)) +
    printTest('ctreplsrc', match.replySource, (address) => formatHostMask(family, address)) +
    printTest('ctrepldst', match.replyDestination, (address) => formatHostMask(family, address)) +
    printTest('ctorigsrcport', match.originalSourcePort, formatPortRange) +
    printTest('ctorigdstport', match.originalDestinationPort, formatPortRange) +
    printTest('ctreplsrcport', match.replySourcePort, formatPortRange) +
    printTest('ctrepldstport', match.replyDestinationPort, formatPortRange) +
    printTest('ctstatus', match.statuses, (list) => list.join(',')) +
    printTest('ctexpire', match.expire, formatPortRange) +
    printValue('ctdir', match.direction),
  lossy(match) {
    const ports = [match.originalSourcePort, match.originalDestinationPort, match.replySourcePort, match.replyDestinationPort];
    const cut = ports.find((test) => test !== undefined && test.value.max === 0 && test.value.min > 0);
    return cut === undefined ? undefined : `iptables-save prints the port range ${cut.value.min}:0, which never matches, as ${cut.value.min}`;
  },
};

/** Cut to 8 bits as iptables stores it: mptcp, 262, becomes 6. */
function readTrackedProtocol(word: Word, reporter: Reporter): number | undefined {
  const protocol = readProtocol(word, reporter);
  return protocol === undefined ? undefined : protocol & u8;
}

/** NONE adds nothing to other statuses, and alone is the empty list. */
function readStatuses(word: Word, reporter: Reporter): readonly CtStatus[] | undefined {
  const list = readKeywords(word, reporter, ctStatuses, 'prefix');
  return list === undefined || list.length === 1 ? list : list.filter((status) => status !== 'NONE');
}

/** Reversed ends are legal and match nothing. */
function readSeconds(word: Word, reporter: Reporter): Range | undefined {
  const range = readRange(word, reporter, u32);
  return range === undefined ? undefined : { min: range.min, max: range.max };
}

/** A slip of iptables takes the flag of a negated --ctstatus for that of a negated protocol. */
function neverMatches(given: readonly OptionUse[], protocol: number | undefined): boolean {
  const status = given.findIndex((use) => use.name === 'ctstatus' && use.negated);
  const proto = given.findIndex((use) => use.name === 'ctproto');
  return protocol === 0 && status >= 0 && status < proto;
}
