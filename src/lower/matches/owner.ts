import type { Predicate } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, constant, inRange, never, not, or, tested } from '../predicates.js';
import { present, refuse, test } from '../steps.js';

/**
 * Without a socket the match holds exactly when every one of its tests is inverted; a socket of the kernel's own exists, but has
 * no owner that a test could name.
 */
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
  const numbers: Predicate[] = [];
  if (match.uid !== undefined) numbers.push(tested(match.uid, (range) => inRange(family, 'socket.uid', range)));
  if (match.gid !== undefined) numbers.push(tested(match.gid, (range) => inRange(family, 'socket.gid', range)));
  const inverted = (options: readonly ({ readonly negated: boolean } | undefined)[]): boolean => options.every((option) => option === undefined || option.negated);
  const mayExist = match.socketExists?.negated !== true;
  const owned = mayExist ? and([present({ kind: 'socket' }), ...numbers]) : never;
  const kernelOwn = constant(mayExist && inverted([match.uid, match.gid]));
  const none = constant(inverted([match.socketExists, match.uid, match.gid]));
  return [test(bySocket(owned, kernelOwn, none), match.source)];
};

/** One predicate for a process's socket, one for a socket of the kernel's own, one for no socket. */
function bySocket(owned: Predicate, kernelOwn: Predicate, none: Predicate): Predicate {
  const socket = present({ kind: 'socket' });
  const kernelSocket = present({ kind: 'kernel-socket' });
  if (kernelOwn === none) return or([owned, and([not(socket), none])]);
  return or([owned, and([kernelSocket, kernelOwn]), and([not(socket), not(kernelSocket), none])]);
}
