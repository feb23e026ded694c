import type { RejectType } from '../../src/ir/index.js';

/** How nft names the kinds of rejection. */
export const rejectNames: { readonly [R in RejectType]: { readonly type: 'icmp' | 'icmpv6' | 'tcp reset'; readonly code?: string } } = {
  'icmp-net-unreachable': { type: 'icmp', code: 'net-unreachable' },
  'icmp-host-unreachable': { type: 'icmp', code: 'host-unreachable' },
  'icmp-port-unreachable': { type: 'icmp', code: 'port-unreachable' },
  'icmp-proto-unreachable': { type: 'icmp', code: 'prot-unreachable' },
  'icmp-net-prohibited': { type: 'icmp', code: 'net-prohibited' },
  'icmp-host-prohibited': { type: 'icmp', code: 'host-prohibited' },
  'icmp-admin-prohibited': { type: 'icmp', code: 'admin-prohibited' },
  'icmp6-no-route': { type: 'icmpv6', code: 'no-route' },
  'icmp6-adm-prohibited': { type: 'icmpv6', code: 'admin-prohibited' },
  'icmp6-addr-unreachable': { type: 'icmpv6', code: 'addr-unreachable' },
  'icmp6-port-unreachable': { type: 'icmpv6', code: 'port-unreachable' },
  'icmp6-policy-fail': { type: 'icmpv6', code: 'policy-fail' },
  'icmp6-reject-route': { type: 'icmpv6', code: 'reject-route' },
  'tcp-reset': { type: 'tcp reset' },
};

export function rejectText(reject: RejectType): string {
  const { type, code } = rejectNames[reject];
  return code === undefined ? type : `${type} ${code}`;
}
