import type { ConntrackMatch, CtStateFlag, CtStatus, Family, Field, Predicate, Range, Test } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, equals, inRange, masked, not, or, tested } from '../predicates.js';
import { present, test } from '../steps.js';

/**
 * Without an entry the kernel asks for the state alone: where `--ctstate` holds (INVALID, UNTRACKED, an inverted list) all other
 * options are passed over, where it is not given nothing matches, inverted options included.
 */
export const conntrack: LowerMatch<'conntrack'> = (match, { family }) => {
  const { source } = match;
  const others = entryTests(match, family);
  const connection = present({ kind: 'connection' });
  if (match.states === undefined) return [test(connection, source), ...others.map((other) => test(other, source))];
  const states = test(tested(match.states, (values) => ctState(values)), source);
  if (others.length === 0) return [states];
  const entry = entryUnder(match.states);
  if (entry === 'never') return [states];
  if (entry === 'always') return [states, ...others.map((other) => test(other, source))];
  return [states, test(or([not(connection), and([connection, ...others])]), source)];
};

export const ctState = (states: readonly CtStateFlag[]): Predicate => ({ kind: 'ct-state', states });

/** Whether a packet on which the state test holds has an entry. */
function entryUnder({ value, negated }: Test<readonly CtStateFlag[]>): 'always' | 'never' | 'perhaps' {
  const holds = (state: CtStateFlag): boolean => value.includes(state) !== negated;
  const without = (['INVALID', 'UNTRACKED'] as const).some(holds);
  if (!without) return 'always';
  const tracked = (['NEW', 'RELATED', 'ESTABLISHED'] as const).some(holds) || (!negated && (value.includes('SNAT') || value.includes('DNAT')));
  return tracked ? 'perhaps' : 'never';
}

/** In the kernel's order; all of them read the entry. */
function entryTests(match: ConntrackMatch, family: Family): readonly Predicate[] {
  const tests: Predicate[] = [];
  const addressTest = (option: ConntrackMatch['originalSource'], field: Field): void => {
    // The kernel compares under the mask on both sides, so host bits of the operand do not count.
    if (option !== undefined) tests.push(tested(option, ({ address, mask }) => masked(family, field, address & mask, mask)));
  };
  const portTest = (option: Test<Range> | undefined, field: Field): void => {
    if (option !== undefined) tests.push(tested(option, (range) => inRange(family, field, range)));
  };
  if (match.direction !== undefined) tests.push(equals(family, 'ct.direction', match.direction === 'ORIGINAL' ? 0 : 1));
  addressTest(match.originalSource, 'ct.original-source');
  addressTest(match.originalDestination, 'ct.original-destination');
  addressTest(match.replySource, 'ct.reply-source');
  addressTest(match.replyDestination, 'ct.reply-destination');
  if (match.protocol !== undefined) tests.push(tested(match.protocol, (protocol) => equals(family, 'ct.protocol', protocol)));
  portTest(match.originalSourcePort, 'ct.original-source-port');
  portTest(match.originalDestinationPort, 'ct.original-destination-port');
  portTest(match.replySourcePort, 'ct.reply-source-port');
  portTest(match.replyDestinationPort, 'ct.reply-destination-port');
  if (match.statuses !== undefined) tests.push(tested(match.statuses, (statuses) => anyStatus(family, statuses)));
  portTest(match.expire, 'ct.expiration');
  return tests;
}

const statusBits: { readonly [S in CtStatus]: number } = { NONE: 0, EXPECTED: 1, SEEN_REPLY: 2, ASSURED: 4, CONFIRMED: 8 };

/** One of the bits is set; NONE has no bit, so alone it never holds. */
function anyStatus(family: Family, statuses: readonly CtStatus[]): Predicate {
  const mask = statuses.reduce((bits, status) => bits | statusBits[status], 0);
  return not(masked(family, 'ct.status', 0n, BigInt(mask)));
}
