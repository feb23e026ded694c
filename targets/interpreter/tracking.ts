import type { JumpKind, MatchKind, Ruleset } from '../../src/ir/index.js';

/**
 * What turns connection tracking on for a family, anywhere in its rules, even in a chain that nothing jumps to. Measured; a nat table
 * without translations does not.
 */
const trackingMatches: ReadonlySet<MatchKind> = new Set<MatchKind>(['cluster', 'connbytes', 'connlabel', 'conntrack', 'state', 'connmark', 'connlimit', 'helper']);
const trackingJumps: ReadonlySet<JumpKind> = new Set<JumpKind>(['connmark', 'connsecmark', 'synproxy', 'snat', 'dnat', 'masquerade', 'redirect', 'netmap']);

export function turnsTrackingOn(ruleset: Ruleset): boolean {
  return someRule(ruleset, ({ matches, jump }) => {
    if (matches.some(({ kind }) => trackingMatches.has(kind))) return true;
    if (jump === undefined) return false;
    return jump.kind === 'ct' ? jump.notrack !== true : trackingJumps.has(jump.kind);
  });
}

/** TPROXY and `-m socket` want whole packets, but no connections. */
export const turnsReassemblyOn = (ruleset: Ruleset): boolean => someRule(ruleset, ({ matches, jump }) => jump?.kind === 'tproxy' || matches.some(({ kind }) => kind === 'socket'));

const someRule = (ruleset: Ruleset, holds: (rule: Ruleset['tables'][number]['chains'][number]['rules'][number]) => boolean): boolean =>
  ruleset.tables.some(({ chains }) => chains.some(({ rules }) => rules.some(holds)));
