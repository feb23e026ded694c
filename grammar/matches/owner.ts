import type { Range } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { readIds } from '../values/names.js';
import { optional, printFlag, printNegatable, printTest, readUses } from '../values/uses.js';

const formatIds = ({ min, max }: Range): string => (min === max ? String(min) : `${min}-${max}`);

export const owner: MatchExtension<'owner'> = {
  kind: 'owner',
  modules: ['owner'],
  families: [4, 6],
  options: [
    { name: 'uid-owner', arity: 1, negatable: true },
    { name: 'gid-owner', arity: 1, negatable: true },
    { name: 'socket-exists', arity: 0, negatable: true },
    { name: 'suppl-groups', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const uid = uses.test('uid-owner', (word) => readIds(word, 'user', context.names, context));
    const gid = uses.test('gid-owner', (word) => readIds(word, 'group', context.names, context));
    if (uses.failed) return undefined;
    const at = (name: string): number => given.findIndex((use) => use.name === name);
    if (uses.has('suppl-groups') && (gid === undefined || at('gid-owner') > at('suppl-groups'))) {
      context.report('option-needs-option', { option: 'suppl-groups', other: '--gid-owner before it' });
      return undefined;
    }
    if (given.length === 0) {
      context.report('option-needed', { extension: 'owner', options: '--uid-owner, --gid-owner or --socket-exists' });
      return undefined;
    }
    const reversed = [uid, gid].find((test) => test !== undefined && test.value.min > test.value.max);
    if (reversed !== undefined) {
      context.report('kernel-refuses', { extension: 'owner', reason: `the range ${formatIds(reversed.value)} ends before it begins` });
      return undefined;
    }
    return {
      kind: 'owner',
      source: context.source,
      ...optional('socketExists', uses.negatable('socket-exists')),
      ...optional('uid', uid),
      ...optional('gid', gid),
      ...optional('supplementaryGroups', uses.flag('suppl-groups')),
    };
  },
  print: (match) =>
    printNegatable('socket-exists', match.socketExists) +
    printTest('uid-owner', match.uid, formatIds) +
    printTest('gid-owner', match.gid, formatIds) +
    printFlag('suppl-groups', match.supplementaryGroups),
  needs: () => ({ hooks: ['OUTPUT', 'POSTROUTING'], reason: 'asks for the sending socket, which is known in OUTPUT and POSTROUTING only' }),
};
