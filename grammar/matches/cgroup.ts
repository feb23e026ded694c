import type { CgroupMatch } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { readNumber, u32 } from '../values/number.js';
import { quote } from '../values/quote.js';
import { readCutText } from '../values/text.js';
import { optional, printTest, readUses } from '../values/uses.js';

const pathLimit = 511;

/** Whether the path is there is not asked here. */
export const cgroup: MatchExtension<'cgroup'> = {
  kind: 'cgroup',
  modules: ['cgroup'],
  families: [4, 6],
  options: [
    { name: 'path', arity: 1, negatable: true, excludes: ['cgroup'] },
    { name: 'cgroup', arity: 1, negatable: true, excludes: ['path'] },
  ],
  decode(given, context): CgroupMatch | undefined {
    const uses = readUses(given);
    const path = uses.test('path', (word) => readCutText(word, context, 'path', pathLimit));
    const classId = uses.test('cgroup', (word) => readNumber(word, context, u32));
    if (uses.failed) return undefined;
    if (path === undefined && classId === undefined) {
      context.report('option-needed', { extension: 'cgroup', options: '--path or --cgroup' });
      return undefined;
    }
    return { kind: 'cgroup', source: context.source, ...optional('path', path), ...optional('classId', classId) };
  },
  print: ({ path, classId }) => printTest('path', path, quote) + printTest('cgroup', classId, String),
  needs: () => ({ hooks: ['INPUT', 'OUTPUT', 'POSTROUTING'], reason: 'asks for a socket, which is known in INPUT, OUTPUT and POSTROUTING only' }),
};
