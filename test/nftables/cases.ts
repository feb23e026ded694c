import type { Family } from '../../src/ir/index.js';
import { parse } from '../../grammar/index.js';
import { lower } from '../../src/lower/index.js';
import { nftables, type NftOptions } from '../../targets/nftables/index.js';
import type { Compiled } from '../../targets/target.js';

/** The script for rules of one table. */
export function translated(rules: readonly string[], options: Partial<NftOptions> & { readonly table?: string; readonly family?: Family; readonly chains?: readonly string[] } = {}): Compiled {
  const { table = 'filter', family = 4, chains = [], ...rest } = options;
  const text = `*${table}\n${chains.map((chain) => `:${chain} -\n`).join('')}${rules.map((rule) => `-A ${rule}\n`).join('')}COMMIT\n`;
  const { value, diagnostics } = parse(text, { file: 'rules', family });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  return nftables.compile(lower({ rulesets: [value], sets: [] }).value, { strict: false, assume: [], ...rest });
}

/** The rules of one chain of a script. */
export function rulesOf(script: string | undefined, chain: string): readonly string[] {
  const lines = (script ?? '').split('\n');
  const start = lines.indexOf(`\tchain ${chain} {`);
  const rules: string[] = [];
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    if (line === '\t}') break;
    if (!line.startsWith('\t\ttype ')) rules.push(line.trim());
  }
  return rules;
}

export interface Case {
  readonly rule: string;
  readonly nft: readonly string[];
  readonly table?: string;
  readonly family?: Family;
  readonly chains?: readonly string[];
  readonly strict?: true;
}

/** Rules and what they become, read by eye against the semantics sheet; the kernel lane loads each. */
export const cases: readonly Case[] = [
  { rule: 'INPUT -j ACCEPT', nft: ['counter accept'] },
  { rule: 'INPUT -c 3 99 -s 10.0.0.0/8 ! -d 10.1.2.3 -j DROP', nft: ['ip saddr 10.0.0.0/8 ip daddr != 10.1.2.3 counter packets 3 bytes 99 drop'] },
  { rule: 'INPUT -s 10.0.1.0/255.0.255.0', nft: ['ip saddr & 255.0.255.0 == 10.0.1.0 counter'] },
  { rule: 'INPUT ! -s 0.0.0.0/0 -j ACCEPT', nft: ['meta length 0 counter accept'] },
  { rule: 'INPUT -p tcp -m tcp -j ACCEPT', nft: ['meta l4proto tcp counter accept'] },
  { rule: 'INPUT -p tcp --dport 22 -j ACCEPT', nft: ['tcp dport 22 counter accept'] },
  { rule: 'INPUT -p udp ! --sport 53 ! --dport 53 -j DROP', nft: ['udp sport != 53-53 udp dport != 53-53 counter drop'] },
  { rule: 'INPUT -p udp ! --dport 53 -j DROP', nft: ['udp dport != 53 counter drop'] },
  { rule: 'INPUT -p tcp ! --sport 0:65535 -j DROP', nft: ['meta l4proto tcp meta length 0 counter drop'] },
  { rule: 'INPUT -p tcp --syn -j DROP', nft: ['tcp flags & (fin|syn|rst|ack) == syn counter drop'] },
  { rule: 'INPUT -p tcp --tcp-flags SYN ACK -j DROP', nft: ['meta l4proto tcp meta length 0 counter drop'] },
  { rule: 'INPUT -p tcp --tcp-flags FIN FIN -j DROP', nft: ['tcp flags & fin == fin counter drop'] },
  { rule: 'INPUT -p tcp -m multiport --dports 22,80:90 -j ACCEPT', nft: ['tcp dport { 22, 80-90 } counter accept'] },
  { rule: 'INPUT -p udp -m multiport --ports 0,65535 -j ACCEPT', nft: ['udp sport { 0, 65535 } counter accept', 'udp dport { 0, 65535 } counter accept'] },
  { rule: 'INPUT -p tcp -m multiport ! --ports 80,443 -j ACCEPT', nft: ['tcp sport != { 80, 443 } tcp dport != { 80, 443 } counter accept'] },
  { rule: 'INPUT -p tcp -m multiport --ports 80 -j LOG', nft: ['meta l4proto tcp jump _.INPUT.1.1'] },
  { rule: 'INPUT -i eth+ -j ACCEPT', nft: ['iifname "eth*" counter accept'] },
  { rule: 'INPUT ! -i + -j ACCEPT', nft: ['meta length 0 counter accept'] },
  { rule: 'INPUT -i + -j ACCEPT', nft: ['counter accept'] },
  { rule: 'INPUT -i "eth*" -j ACCEPT', nft: ['iifname "eth\\*" counter accept'] },
  { rule: 'INPUT -p icmp --icmp-type 3/4 -j ACCEPT', nft: ['icmp type 3 icmp code 4 counter accept'] },
  { rule: 'INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', nft: ['ct state established,related counter accept'] },
  { rule: 'INPUT -m conntrack ! --ctstate NEW -j ACCEPT', nft: ['ct state invalid,established,related,untracked counter accept'] },
  { rule: 'INPUT -m conntrack --ctstate NEW,DNAT -j ACCEPT', nft: ['ct state new counter accept', 'ct status dnat counter accept'] },
  { rule: 'INPUT -m conntrack ! --ctstate DNAT -j ACCEPT', nft: ['ct state invalid,untracked counter accept', 'ct status & 0x20 == 0x0 counter accept'] },
  { rule: 'INPUT -m conntrack --ctorigdstport 80', nft: ['ct protocol { tcp, 0-5, 7-255 } ct original proto-dst 80 counter'] },
  { rule: 'INPUT -p tcp -m conntrack --ctorigdstport 80', nft: ['meta l4proto tcp ct original proto-dst 80 counter'] },
  { rule: 'INPUT -p tcp -m conntrack --ctorigdstport 80 -m tcp --dport 8080', nft: ['meta l4proto tcp ct original proto-dst 80 tcp dport 8080 counter'] },
  { rule: 'INPUT -m conntrack --ctproto 17 --ctorigsrcport 68 --ctorigdstport 67', nft: ['ct protocol udp ct original proto-src 68 ct original proto-dst 67 counter'] },
  { rule: 'INPUT -m connmark ! --mark 1/3', nft: ['ct mark & 0x3 != 0x1 counter'] },
  { rule: 'INPUT -m limit --limit 3/min --limit-burst 7 -j ACCEPT', nft: ['limit rate 3/minute burst 7 packets counter accept'] },
  { rule: 'INPUT -m limit --limit 3/sec -j ACCEPT', nft: ['limit rate 3/second burst 5 packets counter accept'] },
  { rule: 'INPUT -m mark --mark 0x10/0xf0 -j ACCEPT', nft: ['meta mark & 0xf0 == 0x10 counter accept'] },
  { rule: 'INPUT -m addrtype --src-type LOCAL ! --dst-type BROADCAST', nft: ['fib saddr type local fib daddr type != broadcast counter'] },
  { rule: 'INPUT -m iprange --src-range 10.0.0.1-10.0.0.9', nft: ['ip saddr 10.0.0.1-10.0.0.9 counter'] },
  { rule: 'INPUT -m statistic --mode nth --every 3 --packet 1', nft: ['numgen inc mod 3 1 counter'] },
  { rule: 'INPUT -p tcp -m statistic --mode nth --every 2 --packet 0 -m tcp --dport 80', nft: ['meta l4proto tcp numgen inc mod 2 0 tcp dport 80 counter'] },
  { rule: 'INPUT -m statistic --mode random --probability 0.5', nft: ['numgen random mod 2147483648 < 1073741824 counter'] },
  { rule: 'INPUT -m tos --tos 0x10/0x3f', nft: ['@nh,8,8 & 0x3f == 0x10 counter'] },
  { family: 6, rule: 'INPUT -m tos ! --tos 0x10/0x3f', nft: ['@nh,0,16 & 0x3f0 != 0x100 counter'] },
  { rule: 'INPUT -m dscp --dscp 0x2e', nft: ['ip dscp 46 counter'] },
  { rule: 'INPUT -p tcp -m tcpmss ! --mss 1460', nft: ['meta l4proto tcp jump _.INPUT.1.1'] },
  { rule: 'INPUT -j REJECT', nft: ['counter reject with icmp port-unreachable'] },
  { rule: 'INPUT -p tcp -j REJECT --reject-with tcp-reset', nft: ['meta l4proto tcp counter reject with tcp reset'] },
  { rule: 'INPUT -j LOG --log-prefix "drop: " --log-level 6 --log-uid', nft: ['counter log prefix "drop: " level info flags skuid'] },
  { rule: 'INPUT -j LOG --log-prefix "cost $x "', nft: ['counter log prefix "$log_prefix_1"'] },
  { rule: 'INPUT -j NFLOG --nflog-group 5 --nflog-size 40', nft: ['counter log group 5 snaplen 40'] },
  { rule: 'INPUT -j reject', nft: ['counter jump _/reject'], chains: ['reject'] },
  { rule: 'INPUT -g x', nft: ['counter goto x'], chains: ['x'] },
  { rule: 'INPUT -m comment --comment one -m comment --comment "t\\"wo" -j ACCEPT', nft: ['counter accept comment "%:one%/t%22wo"'] },
  { table: 'mangle', rule: 'PREROUTING -j MARK --set-xmark 0x12/0xff', nft: ['counter meta mark set meta mark & 0xffffff00 | 0x12'] },
  { table: 'mangle', rule: 'PREROUTING -j MARK --set-mark 5', nft: ['counter meta mark set 0x5'] },
  { table: 'mangle', rule: 'PREROUTING -j CONNMARK --save-mark', nft: ['counter ct mark set meta mark'] },
  { table: 'mangle', rule: 'PREROUTING -j CONNMARK --restore-mark --mask 0x3', nft: ['counter jump _.PREROUTING.1.mark'] },
  { table: 'mangle', rule: 'PREROUTING -j DSCP --set-dscp 5', nft: ['counter ip dscp set 0x5'] },
  { table: 'mangle', rule: 'PREROUTING -j TTL --ttl-set 5', nft: ['counter ip ttl set 0x5'] },
  { table: 'mangle', family: 6, rule: 'PREROUTING -j TOS --set-tos 0x28', nft: ['counter ip6 ecn set 0x0 ip6 dscp set 0xa'] },
  { table: 'mangle', family: 6, rule: 'PREROUTING -j TOS --set-tos 0x10/0x3f', nft: ['counter @nh,0,16 set @nh,0,16 & 0xfc0f ^ 0x100'] },
  { table: 'mangle', rule: 'FORWARD -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu', nft: ['tcp flags & (fin|syn|rst|ack) == syn counter tcp option maxseg size set rt mtu'] },
  { table: 'nat', rule: 'PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.1.7:8080', nft: ['tcp dport 80 counter dnat to 10.0.1.7:8080'] },
  { table: 'nat', rule: 'PREROUTING -p tcp --dport 80:81 -j DNAT --to-destination 10.0.1.7:8000-8001/80', nft: ['tcp dport 80-81 counter dnat to 10.0.1.7 : tcp dport map { 80 : 8000, 81 : 8001 }'] },
  { table: 'nat', family: 6, rule: 'PREROUTING -p tcp -j DNAT --to-destination [dead::1-dead::9]:80', nft: ['meta l4proto tcp counter dnat to [dead::1]-[dead::9]:80'] },
  { table: 'nat', rule: 'POSTROUTING -o eth0 -j MASQUERADE --random-fully', nft: ['oifname "eth0" counter masquerade fully-random'] },
  { table: 'nat', rule: 'POSTROUTING -j SNAT --to-source 10.0.0.1-10.0.0.9 --persistent', nft: ['counter snat to 10.0.0.1-10.0.0.9 persistent'] },
  { table: 'nat', rule: 'POSTROUTING -j NETMAP --to 10.1.0.0/16', nft: ['counter snat prefix to 10.1.0.0/16'] },
  { table: 'nat', rule: 'PREROUTING -p udp -j REDIRECT --to-ports 5-9', nft: ['meta l4proto udp counter redirect to :5-9'] },
  { table: 'raw', rule: 'PREROUTING -j NOTRACK', nft: ['counter notrack'] },
  { table: 'raw', rule: 'PREROUTING -j CT --zone 5', nft: ['counter ct zone set 5'] },
  { table: 'raw', rule: 'PREROUTING -p tcp --dport 21 -j CT --helper ftp', nft: ['tcp dport 21 counter ct zone set 0'] },
  // Under --strict: later fragments and short headers, as iptables takes them.
  {
    strict: true,
    rule: 'FORWARD -p udp --dport 53 -j ACCEPT',
    nft: ['meta l4proto udp ip frag-off & 0x1fff == 0 jump _.whole.1', 'ip frag-off & 0x1fff == 0 udp dport 53 counter accept'],
  },
  {
    strict: true,
    rule: 'FORWARD -p tcp --dport 80 -j ACCEPT',
    nft: [
      'meta l4proto tcp ip frag-off & 0x1fff == 1 drop',
      'meta l4proto tcp ip frag-off & 0x1fff == 0 jump _.whole.1',
      'ip frag-off & 0x1fff == 0 tcp dport 80 counter accept',
    ],
  },
];
