import { describe, expect, it } from 'vitest';
import type { CoreProgram } from '../../src/ir/index.js';
import { standardTopology } from '../generators/pool.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { readListing } from '../../targets/nftables/read/json.js';
import { readText } from '../../targets/nftables/read/text.js';
import { available, withHost } from '../kernel/index.js';

/** Rule sets as people write them: each loads, and is listed in both notations. */
const scripts: Readonly<Record<string, string>> = {
  workstation: `
table inet filter {
  set blackhole { type ipv4_addr; flags interval, timeout; elements = { 10.66.0.0/16, 192.0.2.5 timeout 1h }; }
  set seen { type ipv4_addr; flags dynamic, timeout; timeout 1m; }
  map services { type inet_service : verdict; elements = { 22 : jump ssh, 80 : accept, 443 : accept, 8000-8010 : goto web }; flags interval; }
  chain ssh { ct state new limit rate 10/minute burst 3 packets counter accept; }
  chain web { iifname { "eth0", "wl*" } counter accept; }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    iif lo accept
    ip saddr @blackhole counter drop
    ip protocol icmp icmp type { echo-request, destination-unreachable, time-exceeded } accept
    meta l4proto ipv6-icmp icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, echo-request } accept
    tcp flags & (fin | syn | rst | ack) == syn tcp dport vmap @services
    udp dport { 67, 68, 5353 } accept
    meta pkttype { broadcast, multicast } drop
    tcp dport 2222 add @seen { ip saddr limit rate 5/minute } accept
    tcp dport 2223 update @seen { ip saddr timeout 2m } ct count over 5 drop
    meta hour "08:00"-"17:00" tcp dport 8443 accept
    log prefix "in: " level info flags skuid drop
  }
  chain forward {
    type filter hook forward priority filter - 5; policy drop;
    meta mark & 0x000000ff == 0x00000010 accept
    ip saddr . tcp dport { 10.0.0.1 . 80, 10.0.0.0/24 . 90-100 } accept
    ip6 saddr 2001:db8::/32 tcp dport != { 22, 23 } reject with icmpx type admin-prohibited
    meta nfproto ipv6 ip6 hoplimit < 5 drop
    ct status dnat accept
    ip dscp { af11, ef } meta mark set meta mark & 0xffff0000 | 0x00000005 accept
  }
}
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat;
    tcp dport { 8080, 8081 } dnat to 10.0.0.7:80
    udp dport 53 redirect to :5353
    ip daddr 10.9.0.0/24 dnat prefix to 10.8.0.0/24
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname "eth1" ip saddr 10.0.0.0/24 masquerade random
    ip saddr 10.2.0.0/16 snat to 192.0.2.10-192.0.2.20 persistent
  }
}
`,
  'odd corners': `
table ip raw {
  chain prerouting {
    type filter hook prerouting priority raw;
    udp dport 53 notrack
    ip saddr 10.0.0.0/8 ct zone set 5
    tcp dport 80 ct original zone set 7
  }
}
table ip mangle {
  chain output {
    type route hook output priority mangle;
    meta skuid 1000-1999 meta mark set 0x00000007
    ct mark != 0x00000000 meta mark set ct mark
    tcp flags syn tcp option maxseg size 1400-1500 tcp option maxseg size set 1200
    fib daddr type { local, broadcast } return
    ip ttl 1-5 ip ttl set 64
    numgen inc mod 3 0 accept
    numgen random mod 2147483648 < 1000 counter
    ct original ip saddr 10.0.0.1 ct direction reply drop
    ct protocol tcp ct original proto-dst 80 accept
    ct expiration 5s-10s accept
    socket transparent 1 accept
    quota over 25 mbytes drop
    ip frag-off & 0x1fff != 0 drop
    tcp sport != 53 tcp dport != 53 drop
    @th,16,16 443 drop
    ip options rr exists drop
    tcp dport vmap { 1 : accept, 2 : drop, 3-5 : return }
    meta l4proto tcp tcp option sack-perm exists reject with tcp reset
    ip saddr & 255.0.255.0 == 10.0.1.0 accept
    log group 3 snaplen 60 queue-threshold 4
    meta priority set 1:2
    dup to 10.0.0.1
  }
}
table ip6 six {
  chain input {
    type filter hook input priority 0; policy accept;
    exthdr frag exists drop
    frag frag-off != 0 drop
    ip6 nexthdr udp accept
    ip6 saddr & ffff:ffff::ffff == 2001:db8::5 drop
    icmpv6 type 128-129 icmpv6 code 0 accept
    ip6 dscp cs1 ip6 ecn ce drop
    ether saddr 02:00:00:00:00:01 drop
  }
}
`,
};

/** nft takes no closing brace or semicolon at will. */
const loadable = (script: string): string => script.replaceAll(/\{ (type|ct state|iifname \{[^}]*\}) /g, '{\n$1 ').replaceAll('; }\n', ';\n}\n').replaceAll(/^.*ip options.*$\n/gm, '');

/** Without places and comments, which the two notations have not in common. */
const plain = (core: CoreProgram): unknown =>
  JSON.parse(JSON.stringify(core, (key, value: unknown) => (key === 'source' || key === 'file' || key === 'comments' ? undefined : typeof value === 'bigint' ? `${value}n` : value)));

describe.skipIf(!available().ok)('other people\'s rule sets, as nft lists them', () => {
  it.each(Object.entries(scripts))('%s: JSON and text say the same', async (_name, script) => {
    await withHost(standardTopology, async (host) => {
      await host.flush();
      await host.run(['nft', 'delete', 'table', 'inet', 'judge']);
      await host.loadNft(loadable(script));
      const json = readListing((await host.run(['nft', '-j', 'list', 'ruleset'])).stdout, { file: 'x' });
      const listing = (await host.run(['nft', 'list', 'ruleset'])).stdout;
      const text = readText(listing, { file: 'x' });
      expect(json.diagnostics).toEqual([]);
      expect(text.diagnostics).toEqual([]);
      if (json.value === undefined || text.value === undefined) throw new Error('not read');
      const [left, right] = [raise(json.value, { file: 'x' }), raise(text.value, { file: 'x' })];
      console.log([...new Set(left.diagnostics.map(({ message }) => message))].join('\n'));
      expect(plain(right.value)).toEqual(plain(left.value));
    });
  });
});
