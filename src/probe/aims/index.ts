import type { Match, MatchKind, MatchOf, Rule } from '../../ir/index.js';
import { neutral, type Aim, type AimContext } from './aim.js';
import { conditionAims } from './conditions.js';
import { dccpAims, fragAims, ipcompAims, ipv6headerAims, mhAims, optionsAims, rtAims, srhAims } from './extension.js';
import { osfAims } from './fingerprint.js';
import { dscpAims, hopsAims, lengthAims, tosAims } from './header.js';
import { addrtypeAims, iprangeAims, macAims, markAims, ownerAims, pkttypeAims } from './metadata.js';
import { setAims } from './set.js';
import { connmarkAims, conntrackAims, stateAims } from './tracking.js';
import { ahAims, ecnAims, espAims, icmpAims, multiportAims, sctpAims, tcpAims, tcpmssAims, udpAims } from './transport.js';

export * from './aim.js';

type AimTable = { readonly [K in MatchKind]: (match: MatchOf<K>, context: AimContext) => readonly Aim[] };

/** What is left to chance, to a clock or to print: any packet will do. */
const undecided = (): readonly Aim[] => [neutral];

const table: AimTable = {
  addrtype: addrtypeAims, ah: ahAims, comment: () => [], connlimit: undecided, connmark: connmarkAims, conntrack: conntrackAims, dscp: dscpAims, ecn: ecnAims, esp: espAims, hashlimit: undecided, helper: undecided,
  hl: hopsAims, icmp6: icmpAims, icmp: icmpAims, iprange: iprangeAims, length: lengthAims, limit: undecided, mac: macAims, mark: markAims, multiport: multiportAims, owner: ownerAims, physdev: undecided, pkttype: pkttypeAims,
  policy: undecided, recent: undecided, rpfilter: undecided, rt: rtAims, sctp: sctpAims, set: setAims, state: stateAims, statistic: undecided, string: undecided, tcp: tcpAims, tcpmss: tcpmssAims, time: undecided,
  tos: tosAims, ttl: hopsAims, udp: udpAims,
  bpf: undecided, cgroup: undecided, cluster: undecided, connbytes: undecided, connlabel: undecided, cpu: undecided, dccp: dccpAims, devgroup: undecided, dst: optionsAims, eui64: undecided, frag: fragAims, hbh: optionsAims,
  ipcomp: ipcompAims, ipv6header: ipv6headerAims, ipvs: undecided, mh: mhAims, nfacct: undecided, osf: osfAims, quota: undecided, rateest: undecided, realm: undecided, socket: undecided, srh: srhAims, u32: undecided,
};

/** The one place that forgets which kind a table row belongs to. */
function aimsOf<K extends MatchKind>(match: MatchOf<K>, context: AimContext): readonly Aim[] {
  const row = table[match.kind as K];
  return row(match, context);
}

const matchAims = (match: Match, context: AimContext): readonly Aim[] => aimsOf(match, context);

/** Every condition of a rule: core options, then the matches in their order. */
export const ruleAims = (rule: Rule, context: AimContext): readonly Aim[] => [...conditionAims(rule.conditions, context), ...rule.matches.flatMap((match) => matchAims(match, context))];
