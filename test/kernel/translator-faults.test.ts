import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import { hasErrors } from '../../src/diagnostics/index.js';
import type { Family } from '../../src/ir/index.js';
import { available } from './available.js';
import { withHost } from './index.js';
import { faultOf, hostFor, isTranslation, optIn, translationOf } from './side-by-side.js';

/**
 * Where `iptables-restore-translate` 1.8.9 goes wrong, by the numbers of the fact sheet: what it loses, widens, leaves open to
 * injection or writes so that nft refuses it. Here each of them is right. `alike`: carried, and judged as legacy does on packets at the
 * rules' edges. `assumed`: carried only for who accepts a condition by name. `refused`: nft cannot say it, and the refusal names it. `malformed`: iptables refuses the rules, and so do we.
 * `holds`: besides, the script has this; `lacks`: it has not.
 */
interface Case {
  readonly fault: number;
  readonly name: string;
  readonly family?: Family;
  /** Lines of `filter`, or a whole dump where it begins with a star. */
  readonly rules: string;
  readonly outcome: 'alike' | 'assumed' | 'refused' | 'malformed';
  readonly holds?: RegExp;
  readonly lacks?: RegExp;
}

const mangle = (...rules: readonly string[]): string => `*mangle\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n${rules.map((rule) => `${rule}\n`).join('')}COMMIT\n`;
const nat = (...rules: readonly string[]): string => `*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${rules.map((rule) => `${rule}\n`).join('')}COMMIT\n`;

const cases: readonly Case[] = [
  { fault: 1, name: 'a quote in a comment does not end it', rules: '-A INPUT -m comment --comment "x\\"; add table ip pwned; #" -p tcp -j DROP', outcome: 'alike', lacks: /^add/m },
  { fault: 1, name: 'a quote in a log prefix does not end it', rules: '-A INPUT -j LOG --log-prefix "x\\" accept; #"', outcome: 'refused' },
  { fault: 2, name: 'the protocol of a match without options stays', rules: '-A INPUT -p tcp -m tcp -j DROP', outcome: 'alike' },
  { fault: 3, name: 'what can never match does not match', rules: '-A INPUT -p tcp -m tcp ! --sport 0:65535 -j DROP', outcome: 'alike' },
  { fault: 4, name: 'a negated destination port stays negated', rules: '-A INPUT -p udp -m udp ! --dport 53 -j DROP', outcome: 'alike' },
  { fault: 5, name: 'a negation stays with its port', rules: '-A INPUT -p udp -m udp ! --sport 53 --dport 53 -j DROP', outcome: 'alike' },
  { fault: 6, name: 'a range among ports of either side is a range', rules: '-A INPUT -p tcp -m multiport --ports 80,8000:8010 -j DROP', outcome: 'alike' },
  { fault: 7, name: 'negated ports stay negated', rules: '-A INPUT -p tcp -m multiport ! --ports 80,443 -j DROP', outcome: 'alike' },
  { fault: 8, name: 'a range up to the last port loads', rules: '-A INPUT -p udp -m multiport --ports 53,1024:65535 -j DROP', outcome: 'alike' },
  { fault: 9, name: 'both address types are asked', rules: '-A INPUT -m addrtype --src-type LOCAL --dst-type BROADCAST -j DROP', outcome: 'alike' },
  { fault: 10, name: 'a negated DNAT stays negated', rules: '-A INPUT -m conntrack ! --ctstate DNAT -j DROP', outcome: 'alike' },
  { fault: 11, name: 'NEW beside DNAT stays', rules: '-A INPUT -m conntrack --ctstate NEW,DNAT -j DROP', outcome: 'alike' },
  { fault: 12, name: 'a masked mark of the connection is set', rules: mangle('-A PREROUTING -j CONNMARK --set-xmark 0x10/0xff', '-A PREROUTING -m connmark --mark 0x10 -j MARK --set-xmark 0x1/0xffffffff'), outcome: 'alike' },
  { fault: 13, name: 'restoring a part of a mark leaves the rest', rules: mangle('-A PREROUTING -j MARK --set-xmark 0xf00/0xffffffff', '-A PREROUTING -j CONNMARK --set-xmark 0x12/0xffffffff', '-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff'), outcome: 'alike' },
  { fault: 14, name: 'TOS of IPv4 is not that of IPv6', rules: mangle('-A FORWARD -j TOS --set-tos 0x10/0x3f'), outcome: 'alike', lacks: /ip6/ },
  { fault: 15, name: 'a masked traffic class leaves the other bits', family: 6, rules: mangle('-A FORWARD -j TOS --set-tos 0x10/0x3f'), outcome: 'alike' },
  { fault: 16, name: 'bits of a traffic class are added', family: 6, rules: mangle('-A FORWARD -j TOS --or-tos 0x12'), outcome: 'alike' },
  { fault: 17, name: 'connlimit of IPv6 keeps IPv6 addresses', family: 6, rules: '-A INPUT -p tcp -m connlimit --connlimit-above 10 --connlimit-mask 128 --connlimit-saddr -j DROP', outcome: 'alike', lacks: /ipv4_addr/ },
  { fault: 18, name: 'an option that lacks is asked of TCP alone', rules: '-A INPUT -p tcp -m tcp ! --tcp-option 5 -j DROP', outcome: 'alike' },
  { fault: 19, name: 'one flag of a mask loads', rules: '-A INPUT -p tcp -m tcp --tcp-flags SYN ACK -j DROP\n-A INPUT -p tcp -m tcp --tcp-flags FIN FIN -j DROP', outcome: 'alike' },
  { fault: 20, name: 'a packet without a segment size matches a negated one', rules: '-A INPUT -p tcp -m tcpmss ! --mss 536:1460 -j DROP', outcome: 'alike' },
  { fault: 21, name: 'a connection without helper is not one with ftp', rules: '-A INPUT -m helper ! --helper ftp -j DROP', outcome: 'alike' },
  { fault: 22, name: 'a flag that is not set is one bit', rules: '-A INPUT -p tcp -m ecn ! --ecn-tcp-ece -j DROP', outcome: 'alike' },
  { fault: 23, name: 'one negation negates one flag', rules: '-A INPUT -p tcp -m ecn ! --ecn-tcp-cwr --ecn-tcp-ece -j DROP', outcome: 'alike' },
  { fault: 24, name: 'ECN of IPv6 is read in IPv6', family: 6, rules: '-A INPUT -m ecn --ecn-ip-ect 3 -j DROP', outcome: 'alike' },
  { fault: 25, name: 'a negated group of one side leaves the other', rules: '-A FORWARD -m devgroup ! --src-group 0x2 --dst-group 0x3 -j DROP', outcome: 'alike' },
  { fault: 26, name: 'not all chunks is not none of them', rules: '-A INPUT -p sctp -m sctp ! --chunk-types all INIT,DATA -j DROP', outcome: 'alike' },
  { fault: 27, name: 'chunks without a name in nft are refused, or carried', rules: '-A INPUT -p sctp -m sctp --chunk-types all I_DATA -j DROP', outcome: 'refused' },
  { fault: 28, name: 'no ICMP type at all never matches', rules: '-A INPUT -p icmp -m icmp ! --icmp-type any -j DROP', outcome: 'alike' },
  { fault: 29, name: 'any code of any type', rules: '-A INPUT -p icmp -m icmp --icmp-type 3/4 -j DROP\n-A INPUT -p icmp -m icmp --icmp-type 15 -j DROP', outcome: 'alike' },
  { fault: 29, name: 'types of ICMPv6 without a name', family: 6, rules: '-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 143 -j DROP\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1/0 -j DROP', outcome: 'alike' },
  { fault: 30, name: 'a fragment header is asked for', family: 6, rules: '-A INPUT -m frag -j DROP', outcome: 'alike' },
  { fault: 30, name: 'a routing header is asked for', family: 6, rules: '-A INPUT -m rt -j DROP', outcome: 'alike' },
  { fault: 31, name: 'reserved bits are 0', family: 6, rules: '-A INPUT -m frag --fragres -j DROP', outcome: 'alike' },
  { fault: 32, name: 'lengths are bytes', family: 6, rules: '-A INPUT -m hbh ! --hbh-len 8 -j DROP', outcome: 'alike' },
  { fault: 32, name: 'lengths of routing headers are bytes', family: 6, rules: '-A INPUT -m rt --rt-len 24 -j DROP', outcome: 'alike' },
  { fault: 33, name: 'what is local is unicast in IPv6', family: 6, rules: '-A INPUT -m addrtype --dst-type UNICAST -j DROP', outcome: 'alike' },
  { fault: 34, name: 'no status at all', rules: '-A INPUT -m conntrack --ctstatus NONE -j DROP', outcome: 'alike' },
  { fault: 35, name: 'a port of a connection of any protocol', rules: '-A INPUT -m conntrack --ctorigdstport 80 -j DROP', outcome: 'alike' },
  { fault: 36, name: 'the longest expiry', rules: '-A INPUT -m conntrack --ctexpire 4294967295 -j DROP', outcome: 'alike' },
  { fault: 37, name: 'a hash of ports of UDP reads UDP', rules: '-A INPUT -p udp -m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-mode srcip,dstport --hashlimit-name h -j DROP', outcome: 'alike', lacks: /tcp dport/ },
  { fault: 38, name: 'one name in two rules loads', rules: '-A INPUT -p tcp -m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name ssh -j DROP\n-A INPUT -p udp -m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name ssh -j DROP', outcome: 'alike' },
  { fault: 39, name: 'names that are words of nft load', rules: '-A INPUT -m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name tcp -j DROP\n-A INPUT -m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name 7up -j DROP\n-A INPUT -m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name "a b" -j DROP', outcome: 'alike' },
  { fault: 40, name: 'rate-match neither crashes nor writes (null)', family: 6, rules: '-A INPUT -m hashlimit --hashlimit-upto 40/sec --hashlimit-burst 20 --hashlimit-mode srcip --hashlimit-name r --hashlimit-rate-match --hashlimit-rate-interval 10 -j DROP', outcome: 'assumed', lacks: /null/ },
  { fault: 41, name: 'a hash of nothing is one rate', rules: '-A INPUT -m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name all -j DROP', outcome: 'alike' },
  { fault: 42, name: 'hours are UTC wherever it is loaded', rules: '-A INPUT -m time --timestart 08:00:00 --timestop 17:00:00 -j DROP', outcome: 'alike', lacks: /"\d\d:\d\d:\d\d"/ },
  { fault: 43, name: 'nodes of a cluster', rules: mangle('-A PREROUTING -m cluster --cluster-total-nodes 4 --cluster-local-node 1 --cluster-hash-seed 0x1 -j MARK --set-xmark 0x1/0xffffffff'), outcome: 'alike', lacks: /pkttype set/ },
  { fault: 44, name: 'the table security stands behind filter', rules: '*security\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j DROP\nCOMMIT\n', outcome: 'alike', holds: /hook input priority 50;/ },
  { fault: 45, name: 'any name of a chain loads', rules: `*filter\n:INPUT ACCEPT [0:0]\n${['reject', 'tcp', 'log', 'drop', 'limit', 'all', '1.2.3.4-in', '~comb0', '%x', 'a@b', 'x,y', 'über'].map((name) => `:${name} - [0:0]\n`).join('')}-A INPUT -p tcp -j reject\n-A INPUT -p udp -j 1.2.3.4-in\n-A INPUT -p icmp -j ~comb0\n-A INPUT -j über\n-A reject -j DROP\n-A 1.2.3.4-in -j DROP\n-A ~comb0 -j DROP\n-A über -j DROP\nCOMMIT\n`, outcome: 'alike' },
  { fault: 46, name: 'a set need not be loaded here, and is refused as not given', rules: '-A INPUT -m set --match-set nobody src -j DROP', outcome: 'refused' },
  { fault: 47, name: 'other commands are carried out', rules: '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j DROP\n-A INPUT -p udp -j DROP\n-D INPUT 1\n-P INPUT ACCEPT\n-Z INPUT\n-A INPUT -p icmp -j DROP\nCOMMIT\n', outcome: 'alike', lacks: /tcp/ },
  { fault: 48, name: 'a position of -I counts', rules: '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j ACCEPT\n-A INPUT -j DROP\n-I INPUT 2 -p udp -j ACCEPT\nCOMMIT\n', outcome: 'alike' },
  { fault: 49, name: 'a chain need not be declared', rules: '*filter\n-A INPUT -p tcp -j DROP\nCOMMIT\n', outcome: 'alike', holds: /chain INPUT/ },
  { fault: 50, name: 'a negated test that nft has not is refused, never a comment', rules: '-A INPUT -m recent ! --update --name "a b" --rsource -j DROP', outcome: 'refused' },
  { fault: 50, name: 'a test of a system is one, never a comment', rules: '-A INPUT -p tcp -m osf ! --genre "a b" -j DROP', outcome: 'assumed', lacks: /# -m osf|!=/ },
  { fault: 51, name: 'both comments stay', rules: '-A INPUT -p tcp -m comment --comment first -m comment --comment second -j DROP', outcome: 'alike', holds: /first.*second/ },
  { fault: 52, name: 'a comment of 255 bytes stays', rules: `-A INPUT -p tcp -m comment --comment ${'c'.repeat(255)} -j DROP`, outcome: 'alike' },
  { fault: 53, name: 'a dollar in a prefix is no variable', rules: '-A INPUT -j LOG --log-prefix "dollar $x "\n-A INPUT -p tcp -j DROP', outcome: 'alike' },
  { fault: 54, name: 'counters stay', rules: '*filter\n:INPUT ACCEPT [5:60]\n[7:84] -A INPUT -p tcp -j DROP\nCOMMIT\n', outcome: 'alike', holds: /counter packets 7 bytes 84/ },
  { fault: 55, name: 'a reset needs TCP', rules: '-A INPUT -j REJECT --reject-with tcp-reset', outcome: 'malformed' },
  { fault: 55, name: 'ports need a protocol', rules: '-A INPUT -m tcp --dport 1 -j DROP', outcome: 'malformed' },
  { fault: 55, name: 'a segment size needs TCP', rules: '-A INPUT -m tcpmss --mss 42 -j DROP', outcome: 'malformed' },
  { fault: 55, name: 'no broadcast in IPv6', family: 6, rules: '-A INPUT -m addrtype --dst-type BROADCAST -j DROP', outcome: 'malformed' },
  { fault: 56, name: 'a range of IPv6 addresses with a port', family: 6, rules: nat('-A PREROUTING -p tcp -j DNAT --to-destination [dead::1-dead::9]:80'), outcome: 'alike' },
  { fault: 57, name: 'a shifted range of ports', rules: nat('-A PREROUTING -p tcp -m tcp --dport 1000:1010 -j DNAT --to-destination 1.1.1.1:1000-1010/1000'), outcome: 'alike' },
  { fault: 58, name: 'a reserved field of IPComp', rules: '-A INPUT -p ipcomp -m ipcomp --ipcompspi 18 --compres -j DROP', outcome: 'alike' },
  { fault: 59, name: 'a segment size is not added where there is none', rules: mangle('-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 500'), outcome: 'alike', holds: /# assumes syn-with-mss/ },
  { fault: 60, name: 'a quota beyond 2^63', rules: '-A INPUT -m quota --quota 18446744073709551615 -j DROP', outcome: 'alike', holds: /# assumes quotas-below-8-eib/ },
  { fault: 60, name: 'any helper', rules: '-A INPUT -m helper --helper "" -j DROP', outcome: 'alike' },
  { fault: 61, name: 'a copy through a device, which nft looks up as it loads', rules: mangle('-A PREROUTING -j TEE --gateway 10.0.0.9 --oif eth0'), outcome: 'refused' },
  { fault: 62, name: 'a label of a packet without a connection', rules: '-A INPUT -m connlabel ! --label 40 -j DROP', outcome: 'alike' },
  { fault: 63, name: 'ports of later fragments are guarded, or assumed away by name', rules: '-A FORWARD -p udp -m udp --dport 53 -j DROP', outcome: 'alike', holds: /# assumes no-later-fragments/ },
  { fault: 64, name: 'several sources with what nft has not', rules: '-A INPUT -s 10.0.0.1,10.0.0.2 -m string --string x --algo bm -j DROP', outcome: 'refused' },
  { fault: 65, name: 'user and group', rules: '-A OUTPUT -m owner --uid-owner 0 --gid-owner 0 -j DROP', outcome: 'alike' },
  { fault: 65, name: 'the way back, this host included', rules: mangle('-A PREROUTING -m rpfilter --accept-local -j MARK --set-xmark 0x1/0xffffffff'), outcome: 'alike' },
  { fault: 66, name: 'a quote in the name of an interface', rules: '-A INPUT -i a"b -j DROP', outcome: 'refused' },
  { fault: 67, name: 'a network of reply addresses', rules: '-A INPUT -m conntrack --ctreplsrc 10.0.0.0/8 -j DROP', outcome: 'alike' },
];

const dump = ({ rules }: Case): string => (rules.startsWith('*') ? rules : `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules}\nCOMMIT\n`);

describe('faults of the stock translator are none here', () => {
  it('every one of the 67 has a case', () => {
    const missing = Array.from({ length: 67 }, (_, index) => index + 1).filter((fault) => !cases.some((one) => one.fault === fault));
    expect(missing).toEqual([]);
  });

  it.each(cases.filter(({ outcome }) => outcome === 'assumed'))('$fault: $name', (one) => {
    const result = translationOf(one.family ?? 4, dump(one));
    if (!isTranslation(result)) throw new Error('refused');
    expect(result.assumptions.some((id) => optIn.includes(id))).toBe(true);
    if (one.lacks !== undefined) expect(result.script).not.toMatch(one.lacks);
  });

  it.each(cases.filter(({ outcome }) => outcome === 'refused' || outcome === 'malformed'))('$fault: $name', (one) => {
    const family = one.family ?? 4;
    const { diagnostics } = parse(dump(one), { file: 'rules', family });
    expect(hasErrors(diagnostics)).toBe(one.outcome === 'malformed');
    if (one.outcome === 'malformed') return;
    const result = translationOf(family, dump(one));
    if (isTranslation(result)) throw new Error(`carried:\n${result.script}`);
    const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const { line, message, hint } of errors) expect([line > 1, message !== '', (hint ?? '') !== '']).toEqual([true, true, true]);
  });

  it.skipIf(!available().ok).each(cases.filter(({ outcome }) => outcome === 'alike'))('$fault: $name', async (one) => {
    const result = translationOf(one.family ?? 4, dump(one));
    if (!isTranslation(result)) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
    if (one.holds !== undefined) expect(result.script).toMatch(one.holds);
    if (one.lacks !== undefined) expect(result.script.replaceAll(/"[^"]*"/g, '""')).not.toMatch(one.lacks);
    const topology = hostFor([result]);
    await withHost(topology, async (host) => expect(await faultOf(result, topology, host)).toBeUndefined());
  });
});
