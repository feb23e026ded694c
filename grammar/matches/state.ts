import { ctStates } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { readKeywords } from '../values/keyword.js';
import { printTest, readUses } from '../values/uses.js';

export const state: MatchExtension<'state'> = {
  kind: 'state',
  modules: ['state'],
  families: [4, 6],
  options: [{ name: 'state', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const states = readUses(given).test('state', (word) => readKeywords(word, context, ctStates, 'prefix'));
    return states === undefined ? undefined : { kind: 'state', source: context.source, states };
  },
  print: (match) => printTest('state', match.states, (list) => list.join(',')),
};
