import { ttlComparisons, type AssumptionId, type ExternalOf, type ExternalTest, type Field, type Predicate } from '../ir/index.js';
import { and, not, or, present } from '../ir/predicate.js';
import type { Vocabulary } from './vocabulary.js';

type Asked = ExternalOf<'fingerprint' | 'first-fingerprint'>;

/** How the questions after fingerprints that rules ask hang together: what fits is a SYN, one says something of another, and the first that fits is of one system. */
export function systemsTold(assume: readonly AssumptionId[], vocabulary: Vocabulary): readonly Predicate[] {
  const asked = vocabulary.externals.filter(isAsked);
  const syn = synAsked(vocabulary);
  return asked.flatMap((one) => [
    ...syn.map((part) => or([not(asks(one)), part])),
    ...asked.flatMap((other): readonly Predicate[] => {
      if (one === other) return [];
      if (implies(one, other)) return [or([not(asks(one)), asks(other)])];
      return areTwo(one, other, assume) ? [not(and([asks(one), asks(other)]))] : [];
    }),
  ]);
}

const is = (field: Field, mask: bigint, value: bigint): Predicate => ({ kind: 'field', field, mask, intervals: [{ min: value, max: value }] });

/** A whole TCP header with SYN, as far as rules ask for what makes it one. */
const synAsked = ({ fields, transportBytes }: Vocabulary): readonly Predicate[] => [
  ...(fields.has('ip.protocol') ? [is('ip.protocol', 0xffn, 6n)] : []),
  ...(fields.has('tcp.flags') ? [is('tcp.flags', 2n, 2n)] : []),
  ...transportBytes.filter((bytes) => bytes <= 20).map((bytes) => present({ kind: 'transport', bytes })),
];

const asks = (test: ExternalTest): Predicate => ({ kind: 'external', test });
const isAsked = (test: ExternalTest): test is Asked => test.kind === 'fingerprint' || test.kind === 'first-fingerprint';

/** What fits by a strict comparison fits by a loose one; the first that fits is another there. */
function implies(one: Asked, other: Asked): boolean {
  if (other.kind === 'first-fingerprint') return one.kind === 'first-fingerprint' && one.ttl === other.ttl && other.system === undefined;
  return other.logs === undefined && ttlComparisons.indexOf(one.ttl) <= ttlComparisons.indexOf(other.ttl) && (other.system === undefined || other.system === one.system);
}

function areTwo(one: Asked, other: Asked, assume: readonly AssumptionId[]): boolean {
  const named = one.system !== undefined && other.system !== undefined && one.system !== other.system;
  return named && ((one.kind === 'first-fingerprint' && other.kind === one.kind && one.ttl === other.ttl) || assume.includes('one-system-fits'));
}
