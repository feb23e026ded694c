import type { Jump, JumpKind, Match, MatchKind, Ruleset } from '../ir/index.js';

const trackingMatches: ReadonlySet<MatchKind> = new Set<MatchKind>(['cluster', 'connbytes', 'connlabel', 'connlimit', 'connmark', 'conntrack', 'helper', 'state']);
const trackingJumps: ReadonlySet<JumpKind> = new Set<JumpKind>(['connmark', 'connsecmark', 'dnat', 'masquerade', 'netmap', 'redirect', 'snat', 'synproxy']);

const asksForTracking = (node: Match | Jump): boolean => {
  // CT turns it on for a zone, a helper, a timeout or events, and even bare; with `--notrack` it does not.
  if (node.kind === 'ct') return node.notrack !== true;
  return trackingMatches.has(node.kind as MatchKind) || trackingJumps.has(node.kind as JumpKind);
};

/**
 * Whether a rule of this family turns connection tracking on, and with it reassembly and the nat table, at every hook. A rule
 * does so by existing, even in a chain that nothing jumps to; a nat table without translation and NOTRACK do not.
 */
export const turnsTrackingOn = (ruleset: Ruleset): boolean =>
  ruleset.tables.some((table) =>
    table.chains.some((chain) =>
      chain.rules.some((rule) => rule.matches.some(asksForTracking) || (rule.jump !== undefined && asksForTracking(rule.jump))),
    ),
  );
