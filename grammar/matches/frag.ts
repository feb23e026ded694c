import type { FragMatch, Range } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { readNumber, readRange, u32 } from '../values/number.js';
import { formatPortRange } from '../values/port.js';
import { optional, printFlag, printTest, readUses } from '../values/uses.js';

const full = ({ min, max }: Range): boolean => min === 0 && max === u32;

export const frag: MatchExtension<'frag'> = {
  kind: 'frag',
  modules: ['frag'],
  families: [6],
  options: [
    { name: 'fragid', arity: 1, negatable: true },
    { name: 'fraglen', arity: 1, negatable: true },
    { name: 'fragres', arity: 0 },
    { name: 'fragfirst', arity: 0 },
    { name: 'fragmore', arity: 0, excludes: ['fraglast'] },
    { name: 'fraglast', arity: 0, excludes: ['fragmore'] },
  ],
  decode(given, context): FragMatch | undefined {
    const uses = readUses(given);
    const id = uses.test('fragid', (word) => {
      const range = readRange(word, context, u32);
      return range === undefined ? undefined : { min: range.min, max: range.max };
    });
    const length = uses.test('fraglen', (word) => readNumber(word, context, u32));
    if (uses.failed) return undefined;
    if (length !== undefined) context.report('value-ignored', { option: '--fraglen', reason: 'the kernel stores it and looks at no length' });
    return {
      kind: 'frag',
      source: context.source,
      ...optional('id', id !== undefined && full(id.value) && !id.negated ? undefined : id),
      ...optional('length', length),
      ...optional('reserved', uses.flag('fragres')),
      ...optional('first', uses.flag('fragfirst')),
      ...optional('more', uses.flag('fragmore')),
      ...optional('last', uses.flag('fraglast')),
    };
  },
  print: (match) =>
    printTest('fragid', match.id, formatPortRange) +
    printTest('fraglen', match.length, String) +
    printFlag('fragres', match.reserved) +
    printFlag('fragfirst', match.first) +
    printFlag('fragmore', match.more) +
    printFlag('fraglast', match.last),
  lossy: (match) =>
    match.id !== undefined && full(match.id.value) ? 'iptables-save leaves out ! --fragid 0:4294967295, which never matches' : undefined,
};
