import type { Predicate } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, constant, inRange, not, or, tested } from '../predicates.js';
import { present, refuse, test } from '../steps.js';

/** Without a socket the match holds exactly when every one of its tests is inverted. */
export const owner: LowerMatch<'owner'> = (match, { family }) => {
  if (match.supplementaryGroups === true) {
    return [
      refuse(
        'owner',
        'the supplementary groups of a sender are no property of the packet that other targets can read',
        match.source,
        'name the primary group alone (--gid-owner without --suppl-groups), or the users (--uid-owner)',
      ),
    ];
  }
  const socket = present({ kind: 'socket' });
  const numbers: Predicate[] = [];
  if (match.uid !== undefined) numbers.push(tested(match.uid, (range) => inRange(family, 'socket.uid', range)));
  if (match.gid !== undefined) numbers.push(tested(match.gid, (range) => inRange(family, 'socket.gid', range)));
  const withSocket = and([constant(match.socketExists?.negated !== true), ...numbers]);
  const withoutSocket = [match.socketExists, match.uid, match.gid].every((option) => option === undefined || option.negated);
  const predicate = withoutSocket ? or([not(socket), and([socket, withSocket])]) : and([socket, withSocket]);
  return [test(predicate, match.source)];
};
