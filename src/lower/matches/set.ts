import { lookup } from '../changed-sets.js';
import type { LowerMatch } from '../context.js';
import { tested } from '../predicates.js';
import { refuse, test } from '../steps.js';

/** The lookup fails where a port is wanted and none is there; `!` then holds. */
export const set: LowerMatch<'set'> = (match, context) => {
  if (match.packets !== undefined || match.bytes !== undefined) {
    return [
      refuse(
        'set',
        'the packet and byte counters of a set\'s elements are not carried',
        match.source,
        'leave out --packets-… and --bytes-…, or count in a chain of its own',
      ),
    ];
  }
  const kept = context.changed?.kept.get(match.set.value);
  if (kept !== undefined) return [lookup(match, kept, context)];
  const { dimensions, returnNomatch } = match;
  return [test(tested(match.set, (name) => ({ kind: 'set', set: name, dimensions, nomatch: returnNomatch === true })), match.source)];
};
