import { addressBits, prefixMask } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { formatAddress, readHost } from '../values/address.js';
import { readNumber, u32 } from '../values/number.js';
import { quoteIfNeeded } from '../values/quote.js';
import { readProcName } from '../values/text.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

const actions = ['set', 'rcheck', 'update', 'remove'] as const;
const nameLimit = 199;
/** Stamps that the kernel of Linux 6.18 keeps for one address. */
const hitcountLimit = 65_535;

export const recent: MatchExtension<'recent'> = {
  kind: 'recent',
  modules: ['recent'],
  families: [4, 6],
  options: [
    ...actions.map((name) => ({ name, arity: 0, negatable: true, excludes: actions.filter((other) => other !== name) }) as const),
    { name: 'seconds', arity: 1 },
    { name: 'reap', arity: 0 },
    { name: 'hitcount', arity: 1 },
    { name: 'rttl', arity: 0, excludes: ['set', 'remove'] },
    { name: 'name', arity: 1 },
    { name: 'rsource', arity: 0 },
    { name: 'rdest', arity: 0 },
    { name: 'mask', arity: 1 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const action = actions.find((name) => uses.has(name));
    const seconds = uses.value('seconds', (word) => readNumber(word, context, u32, 1));
    const hitcount = uses.value('hitcount', (word) => readNumber(word, context, u32));
    const name = uses.value('name', (word) => readProcName(word, context, 'name', nameLimit)) ?? 'DEFAULT';
    const mask = uses.value('mask', (word) => readHost(word, context.family, context));
    if (uses.failed) return undefined;
    if (action === undefined) {
      context.report('option-needed', { extension: 'recent', options: '--set, --rcheck, --update or --remove' });
      return undefined;
    }
    if (uses.has('reap') && seconds === undefined) {
      context.report('option-needs-option', { option: 'reap', other: '--seconds' });
      return undefined;
    }
    const onlyChecks = (action === 'set' || action === 'remove') && (seconds !== undefined || (hitcount ?? 0) > 0 || uses.has('reap'));
    if (onlyChecks || (hitcount ?? 0) > hitcountLimit) {
      const reason = onlyChecks ? `--${action} takes neither --seconds nor --hitcount` : `--hitcount is at most ${hitcountLimit}`;
      context.report('kernel-refuses', { extension: 'recent', reason });
      return undefined;
    }
    const side = given.findLast((use) => use.name === 'rsource' || use.name === 'rdest');
    return {
      kind: 'recent',
      source: context.source,
      action: { value: action, negated: uses.negatable(action)?.negated === true },
      ...optional('seconds', seconds),
      ...optional('reap', uses.flag('reap')),
      ...optional('hitcount', hitcount === 0 ? undefined : hitcount),
      ...optional('rttl', uses.flag('rttl')),
      name,
      mask: mask ?? prefixMask(context.family, addressBits(context.family)),
      address: side?.name === 'rdest' ? 'destination' : 'source',
    };
  },
  print: (match, { family }) =>
    `${match.action.negated ? ' !' : ''} --${match.action.value}` +
    printValue('seconds', match.seconds) +
    printFlag('reap', match.reap) +
    printValue('hitcount', match.hitcount) +
    printFlag('rttl', match.rttl) +
    printValue('name', quoteIfNeeded(match.name)) +
    printValue('mask', formatAddress(family, match.mask)) +
    printFlag(match.address === 'source' ? 'rsource' : 'rdest', true),
  lossy(match) {
    if ((match.seconds ?? 0) > 0x7fff_ffff) return 'iptables-save prints this many seconds as a negative number';
    return quoteIfNeeded(match.name) === match.name ? undefined : `iptables-save does not quote the name "${match.name}"`;
  },
};
