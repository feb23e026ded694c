import { byteLength, type Source, type TtlComparison } from '../../../../src/ir/index.js';
import type { StatementOf } from '../../ast.js';
import { fitsQuotes } from '../../strings.js';
import { refuse, rest, type RuleContext } from '../context.js';
import { constant, direct, fails, type Condition } from '../nodes.js';
import type { LowerExternal } from './index.js';

/** What nft calls a packet that fits no fingerprint. */
const none = 'unknown';

/** Bytes of a name that the kernel keeps for nft; a name as long as that may be the beginning of a longer one. */
const kept = 15;

const ttlWords: { readonly [T in TtlComparison]: Pick<StatementOf<'osf'>, 'ttl'> } = { equal: {}, 'at-most': { ttl: 'loose' }, any: { ttl: 'skip' } };

/** iptables takes any fingerprint of the system, nft the first that fits. */
export const fingerprint: LowerExternal<'fingerprint'> = ({ system, ttl, logs }, negated, context, source) => {
  if (system === undefined || logs !== undefined) rest(context, 'osf-unlogged', 'osf --log', source);
  else rest(context, 'one-system-fits', 'the match osf', source);
  return first(system, ttl, negated, context, source);
};

export const firstFingerprint: LowerExternal<'first-fingerprint'> = ({ system, ttl }, negated, context, source) => first(system, ttl, negated, context, source);

/** Neither form holds of what is no SYN of TCP, so that the opposite needs a chain. */
function first(system: string | undefined, ttl: TtlComparison, negated: boolean, context: RuleContext, source: Source): Condition {
  const problem = system === undefined ? undefined : problemOf(system, context);
  if (problem !== undefined) {
    refuse(context, `the system ${JSON.stringify(system)}`, problem.reason, problem.hint, source);
    return constant(false);
  }
  const found = direct({ kind: 'osf', names: [system ?? none], ...ttlWords[ttl], negated: system === undefined });
  return negated ? fails(found) : found;
}

function problemOf(name: string, context: RuleContext): { readonly reason: string; readonly hint: string } | undefined {
  const another = 'name a system as the fingerprints do: osf name "Linux"';
  if (name === '') return { reason: 'nft takes no empty name', hint: another };
  if (name === none) return { reason: 'nft calls so what fits no fingerprint, iptables a system of that name', hint: 'for what fits none nft can say: osf name "unknown"' };
  if (byteLength(name) >= kept) return { reason: `nft compares ${kept} bytes of a name, and cannot tell this one from a longer one that begins so`, hint: another };
  if (/^@|[\\*]/.test(name)) return { reason: 'nft reads a backslash, a star and a leading @ in a name as something else', hint: another };
  if (context.table.compilation.notation === 'text' ? !fitsQuotes(name) : /[\u0000-\u001f\ud800-\udfff]/u.test(name)) return { reason: 'nft text has no escape for quotes and control bytes', hint: 'translate --to nft-json' };
  return undefined;
}
