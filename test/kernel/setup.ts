import type { Topology } from '../../src/ir/index.js';

const isSix = (address: string): boolean => address.includes(':');

const group = 64123;

/** As late as can be: behind conntrack's confirmation, which has the same priority but comes later, when some rule wants it. */
const last = 2147483647;

/**
 * Looks before and after everything at every hook, and ends every packet's life there. Conntrack stays as the rules have it. Where
 * connections last, packets end behind conntrack's confirmation, and what a process sends to this very host goes on over lo.
 */
const watchRulesFor = (connectionsLast: boolean): string => {
  const end = connectionsLast ? '' : ' drop;';
  return `
table inet judge {
  chain prerouting_a { type filter hook prerouting priority -500; log prefix "a" group ${group} snaplen 1; }
  chain prerouting_d { type filter hook prerouting priority -390; log prefix "d" group ${group} snaplen 1; }
  chain prerouting_z { type filter hook prerouting priority 500; log prefix "z" group ${group} snaplen 1; }
  chain input_a { type filter hook input priority -500; log prefix "a" group ${group} snaplen 1; }
  chain input_z { type filter hook input priority 500; log prefix "z" group ${group};${end} }
  chain input_end { type filter hook input priority ${last}; drop; }
  chain forward_a { type filter hook forward priority -500; log prefix "a" group ${group} snaplen 1; }
  chain forward_z { type filter hook forward priority 500; log prefix "z" group ${group} snaplen 1; }
  chain output_quiet {
    type filter hook output priority -501;
    meta skuid 0-4294967295 accept;
    meta l4proto igmp drop;
    icmpv6 type { 130, 131, 132, 133, 134, 135, 136, 143 } drop;
  }
  chain output_a { type filter hook output priority -500; log prefix "a" group ${group} snaplen 1; }
  chain output_d { type filter hook output priority -390; log prefix "d" group ${group} snaplen 1; }
  chain output_z { type filter hook output priority 500; log prefix "z" group ${group} snaplen 1; }
  chain postrouting_a { type filter hook postrouting priority -500; log prefix "a" group ${group} snaplen 1; }
  chain postrouting_z { type filter hook postrouting priority 500; log prefix "z" group ${group};${end} }
  chain postrouting_end { type filter hook postrouting priority ${last}; oifname "lo" meta skuid 0-4294967295 accept; drop; }
}
`;
};

/** Each packet is the first of its connection. */
export const watchRules = watchRulesFor(false);

/** A packet finds the connections of those before it. */
export const watchSequence = watchRulesFor(true);

/** Forwarding on, no reverse path filter, no redirects, no rate limits on answers, nothing sent unasked. */
const sysctls: readonly (readonly [string, string])[] = [
  ['net/ipv4/ip_forward', '1'],
  ['net/ipv4/icmp_ratemask', '0'],
  ...['all', 'default'].flatMap((name): [string, string][] => [
    [`net/ipv4/conf/${name}/rp_filter`, '0'],
    [`net/ipv4/conf/${name}/send_redirects`, '0'],
    [`net/ipv6/conf/${name}/disable_ipv6`, '0'],
    [`net/ipv6/conf/${name}/forwarding`, '1'],
    [`net/ipv6/conf/${name}/accept_dad`, '0'],
    [`net/ipv6/conf/${name}/accept_ra`, '0'],
    [`net/ipv6/conf/${name}/router_solicitations`, '0'],
    [`net/ipv6/conf/${name}/addr_gen_mode`, '1'],
  ]),
  ['net/ipv6/icmp/ratelimit', '0'],
  ['net/ipv6/icmp/ratemask', ''],
  ['net/ipv6/auto_flowlabels', '0'],
];

export const sysctlScript = sysctls.map(([name, value]) => `echo ${value} > /proc/sys/${name}`).join('\n');

/**
 * What `ip -batch` and `ip -6 -batch` are told, once the devices are there, and a script that waits for the routes to the own IPv6
 * addresses: the kernel makes them a little later.
 */
export function addressing(topology: Topology): { readonly v4: string; readonly v6: string; readonly ready: string } {
  const links = ['link set lo up'];
  for (const { name, mac, mtu, group, bridge } of topology.ifaces) {
    if (mac !== undefined) links.push(`link set ${name} address ${mac}`);
    if (group !== undefined) links.push(`link set ${name} group ${group}`);
    if (bridge !== undefined) links.push(`link set ${name} master ${bridge}`);
    links.push(`link set ${name} mtu ${mtu ?? 1500} up`);
  }
  const addresses = topology.ifaces.flatMap(({ name, addr }) => addr.map((address) => ({ name, address })));
  for (const address of topology.local ?? []) addresses.push({ name: 'lo', address });
  const v4 = addresses.filter(({ address }) => !isSix(address)).map(({ name, address }) => `addr add ${address} dev ${name}`);
  const v6 = addresses.filter(({ address }) => isSix(address)).map(({ name, address }) => `addr add ${address} dev ${name} nodad`);
  v4.push(...(topology.routes ?? []).map((route) => `route add ${route}`));
  v6.push(...(topology.routes6 ?? []).map((route) => `route add ${route}`));
  const own = addresses.filter(({ address }) => isSix(address)).map(({ address }) => address.replace(/\/.*/, ''));
  const ready = own.map((address) => `n=0; until ip -6 route get ${address} 2>&1 | grep -q ^local || [ $n -ge 500 ]; do n=$((n + 1)); sleep 0.01; done`);
  return { v4: `${[...links, ...v4].join('\n')}\n`, v6: `${v6.join('\n')}\n`, ready: ready.join('\n') };
}
