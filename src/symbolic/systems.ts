import type { AssumptionId, ExternalTest, Predicate } from '../ir/index.js';
import { and, not } from '../ir/predicate.js';
import type { Vocabulary } from './vocabulary.js';

/** The first fingerprint that fits is of one system, and where no packet fits those of two, any that does. */
export function systemsApart(assume: readonly AssumptionId[], { externals }: Vocabulary): readonly Predicate[] {
  const named = externals.filter((test) => (test.kind === 'first-fingerprint' || (test.kind === 'fingerprint' && assume.includes('one-system-fits'))) && test.system !== undefined);
  return named.flatMap((one, index) => named.slice(index + 1).flatMap((other) => (areTwo(one, other) ? [not(and([asks(one), asks(other)]))] : [])));
}

const asks = (test: ExternalTest): Predicate => ({ kind: 'external', test });

const areTwo = (one: ExternalTest, other: ExternalTest): boolean =>
  one.kind === other.kind && 'ttl' in one && 'ttl' in other && one.ttl === other.ttl && one.system !== other.system;
