import type { AssumptionId, ExternalTest } from '../ir/index.js';

/** The question of iptables in the place of nft's, and one that logs nothing in the place of one that does, where assumptions make them one. */
export function assumedTest(test: ExternalTest, assume: readonly AssumptionId[]): ExternalTest {
  if (test.kind === 'first-fingerprint') {
    const { system, ttl } = test;
    if (system !== undefined) return assume.includes('one-system-fits') ? { kind: 'fingerprint', system, ttl } : test;
    return assume.includes('osf-unlogged') ? { kind: 'fingerprint', ttl } : test;
  }
  if (test.kind !== 'fingerprint' || test.logs === undefined || !assume.includes('osf-unlogged')) return test;
  const { logs: _, ...silent } = test;
  return silent;
}
