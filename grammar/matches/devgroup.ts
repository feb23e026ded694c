import type { DevgroupMatch, Hook, Masked } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { optional, printTest, readUses } from '../values/uses.js';
import { formatNamedMask, readNamedMask } from './named-mask.js';

const zero = 'default';

export const devgroup: MatchExtension<'devgroup'> = {
  kind: 'devgroup',
  modules: ['devgroup'],
  families: [4, 6],
  options: [
    { name: 'src-group', arity: 1, negatable: true },
    { name: 'dst-group', arity: 1, negatable: true },
  ],
  decode(given, context): DevgroupMatch | undefined {
    const uses = readUses(given);
    const sourceGroup = uses.test('src-group', (word) => readNamedMask(word, context, 'src-group', zero));
    const destinationGroup = uses.test('dst-group', (word) => readNamedMask(word, context, 'dst-group', zero));
    if (uses.failed) return undefined;
    if (given.length === 0) {
      context.report('option-needed', { extension: 'devgroup', options: '--src-group or --dst-group' });
      return undefined;
    }
    return { kind: 'devgroup', source: context.source, ...optional('sourceGroup', sourceGroup), ...optional('destinationGroup', destinationGroup) };
  },
  print(match) {
    const format = (masked: Masked): string => formatNamedMask(masked, zero);
    return printTest('src-group', match.sourceGroup, format) + printTest('dst-group', match.destinationGroup, format);
  },
  needs(match) {
    const notHooks: Hook[] = [];
    if (match.sourceGroup !== undefined) notHooks.push('OUTPUT', 'POSTROUTING');
    if (match.destinationGroup !== undefined) notHooks.push('PREROUTING', 'INPUT');
    return { notHooks, reason: 'asks for the incoming device (not in OUTPUT and POSTROUTING) or the outgoing one (not in PREROUTING and INPUT)' };
  },
};
