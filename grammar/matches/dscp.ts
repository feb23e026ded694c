import type { MatchExtension } from '../extension.js';
import { dscpLimit, readDscpClass } from '../values/dscp.js';
import { hex } from '../values/mask.js';
import { readNumber } from '../values/number.js';
import { printTest, readUses } from '../values/uses.js';

export const dscp: MatchExtension<'dscp'> = {
  kind: 'dscp',
  modules: ['dscp'],
  families: [4, 6],
  options: [
    { name: 'dscp', arity: 1, negatable: true, excludes: ['dscp-class'] },
    { name: 'dscp-class', arity: 1, negatable: true, excludes: ['dscp'] },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const value =
      uses.test('dscp', (word) => readNumber(word, context, dscpLimit)) ??
      uses.test('dscp-class', (word) => readDscpClass(word, context));
    if (value === undefined && !uses.failed) context.report('option-needed', { extension: 'dscp', options: '--dscp or --dscp-class' });
    return value === undefined ? undefined : { kind: 'dscp', source: context.source, dscp: value };
  },
  print: (match) => printTest('dscp', match.dscp, (value) => hex(value, 2)),
};
