import type { Predicate } from '../../../src/ir/index.js';
import { osfComparisons, type StatementOf } from '../ast.js';
import type { RuleContext } from './context.js';
import { protocolIs } from './header.js';
import { fieldIn, not, or, present } from './predicates.js';

/** The kernel looks at IPv4 alone, at the data of a later fragment too; it breaks off where there is no whole TCP header, or no SYN. */
export function systems({ names, ttl, negated }: StatementOf<'osf'>, { family }: RuleContext): readonly Predicate[] | undefined {
  // In IPv6 it takes one header for the other.
  if (family === 6) return undefined;
  const is = (name: string): Predicate => {
    const first = { kind: 'first-fingerprint', ttl: ttl === undefined ? 'equal' : osfComparisons[ttl] } as const;
    return name === 'unknown' ? not({ kind: 'external', test: first }) : { kind: 'external', test: { ...first, system: name } };
  };
  const named = or(names.map(is));
  // What fits is a SYN.
  if (!negated && !names.includes('unknown')) return [protocolIs(6, family), named];
  if (negated && names.length === 1 && names[0] === 'unknown') return [protocolIs(6, family), not(named)];
  return [protocolIs(6, family), present({ kind: 'transport', bytes: 20 }), fieldIn(family, 'tcp.flags', 0x02n, [{ min: 0x02n, max: 0x02n }]), negated ? not(named) : named];
}
