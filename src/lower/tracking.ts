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
export const turnsTrackingOn = (ruleset: Ruleset): boolean => someNode(ruleset, asksForTracking);

/** Whether a rule has fragments put together at every hook without tracking, again by existing: to find a socket takes a whole packet. */
export const turnsReassemblyOn = (ruleset: Ruleset): boolean => someNode(ruleset, ({ kind }) => kind === 'socket' || kind === 'tproxy');

const someNode = ({ tables }: Ruleset, holds: (node: Match | Jump) => boolean): boolean =>
  tables.some(({ chains }) => chains.some(({ rules }) => rules.some(({ matches, jump }) => matches.some(holds) || (jump !== undefined && holds(jump)))));
