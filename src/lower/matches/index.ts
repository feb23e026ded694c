import { identityOf, type Match, type MatchKind, type Step } from '../../ir/index.js';
import type { AnyLowerMatch, LowerMatch, MatchContext } from '../context.js';
import { addrtype } from './addrtype.js';
import { ah } from './ah.js';
import { comment } from './comment.js';
import { connlimit } from './connlimit.js';
import { connmark } from './connmark.js';
import { conntrack } from './conntrack.js';
import { dscp } from './dscp.js';
import { ecn } from './ecn.js';
import { esp } from './esp.js';
import { hashlimit } from './hashlimit.js';
import { helper } from './helper.js';
import { hl } from './hl.js';
import { icmp } from './icmp.js';
import { icmp6 } from './icmp6.js';
import { iprange } from './iprange.js';
import { length } from './length.js';
import { limit } from './limit.js';
import { mac } from './mac.js';
import { mark } from './mark.js';
import { multiport } from './multiport.js';
import { owner } from './owner.js';
import { physdev } from './physdev.js';
import { pkttype } from './pkttype.js';
import { policy } from './policy.js';
import { recent } from './recent.js';
import { rpfilter } from './rpfilter.js';
import { rt } from './rt.js';
import { sctp } from './sctp.js';
import { set } from './set.js';
import { state } from './state.js';
import { statistic } from './statistic.js';
import { string } from './string.js';
import { tcp } from './tcp.js';
import { tcpmss } from './tcpmss.js';
import { time } from './time.js';
import { tos } from './tos.js';
import { ttl } from './ttl.js';
import { udp } from './udp.js';

/** One lowering for every kind of match. */
export const matches: { readonly [K in MatchKind]: LowerMatch<K> } = {
  addrtype, ah, comment, connlimit, connmark, conntrack, dscp, ecn, esp, hashlimit, helper, hl, icmp, icmp6, iprange, length, limit, mac, mark, multiport,
  owner, physdev, pkttype, policy, recent, rpfilter, rt, sctp, set, state, statistic, string, tcp, tcpmss, time, tos, ttl, udp,
};

export const lowerMatch = (match: Match, context: MatchContext): readonly Step[] =>
  (matches[match.kind] as AnyLowerMatch)(match, context).map((step) => (step.kind === 'refuse' ? { ...step, identity: identityOf(match) } : step));
