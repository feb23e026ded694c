import type { Forms } from './form.js';

/** Jumps that change what can be seen of a packet, or end it. */
export const rewriting: Forms = {
  both: [
    '-j MARK --set-xmark 0x5/0xf', '-j MARK --set-xmark 0x0/0xf0', '-j MARK --set-xmark 0x80000000/0x0', '-j MARK --set-xmark 0x3/0x1',
    '-j DSCP --set-dscp 0x00', '-j DSCP --set-dscp 0x3f', '-j TOS --set-tos 0xff/0xff', '-j TOS --set-tos 0x00/0x03', '-j TOS --set-tos 0x1c/0x00', '-j TOS --set-tos 0xe0/0x1f',
    '-p tcp -j TCPOPTSTRIP --strip-options 2', '-p tcp -j TCPOPTSTRIP --strip-options 3,4,8,19', '-p tcp -j TCPOPTSTRIP', '-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 536', '-p tcp -m tcp --tcp-flags SYN SYN -j TCPMSS --set-mss 1400', '-p tcp -m tcp --tcp-flags SYN,FIN SYN -j TCPMSS --clamp-mss-to-pmtu',
    '-p tcp -j REJECT --reject-with tcp-reset', '-j NFQUEUE --queue-num 3', '-j NFQUEUE --queue-num 3 --queue-bypass', '-j NFQUEUE --queue-balance 0:3 --queue-bypass', '-j QUEUE', '-j CHECKSUM --checksum-fill',
    '-j HMARK --hmark-src-prefix 24 --hmark-rnd 0x4 --hmark-mod 42', '-j HMARK --hmark-tuple src,dst,sport,dport,proto --hmark-rnd 0x5 --hmark-mod 1000 --hmark-offset 7',
  ],
  4: [
    '-j TTL --ttl-set 1', '-j TTL --ttl-inc 255', '-j TTL --ttl-dec 255', '-j TTL --ttl-dec 1', '-j ECN --ecn-ip-ect 0', '-j ECN --ecn-ip-ect 3', '-p tcp -j ECN --ecn-tcp-remove', '-p tcp -j ECN --ecn-tcp-cwr 1 --ecn-ip-ect 2', '-p tcp -j ECN --ecn-tcp-ece 1 --ecn-tcp-cwr 1',
    '-j REJECT --reject-with icmp-admin-prohibited', '-j REJECT --reject-with icmp-proto-unreachable',
  ],
  6: [
    '-j HL --hl-set 1', '-j HL --hl-inc 255', '-j HL --hl-dec 255', '-j HL --hl-dec 1', '-j REJECT --reject-with icmp6-policy-fail', '-j REJECT --reject-with icmp6-reject-route',
    '-j DNPT --src-pfx 2001:db8:1:1::/64 --dst-pfx 2001:db8:0:1::/64', '-j SNPT --src-pfx 2001:db8:0:1::/64 --dst-pfx 2001:db8:2:1::/64', '-j SNPT --src-pfx 2001:db8::/48 --dst-pfx 2001:db8:77::/48',
  ],
};

/** Jumps behind which the packet goes on as it was. */
export const passing: Forms = {
  both: [
    '-j AUDIT --type drop', '-j CLASSIFY --set-class 0001:ffff', '-j CLASSIFY --set-class 0000:0000', '-j TRACE', '-j LOG --log-prefix "a b " --log-level 7 --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid --log-macdecode', '-j LOG --log-level 0', '-j NFLOG --nflog-prefix x --nflog-group 5 --nflog-size 64 --nflog-threshold 3', '-j NFLOG',
    '-j IDLETIMER --timeout 600 --label drawn', '-j RATEEST --rateest-name drawn --rateest-interval 250ms --rateest-ewmalog 1s',
  ],
};

export const trackingJumps: Forms = {
  both: [
    '-j CONNMARK --set-xmark 0x5/0xf', '-j CONNMARK --set-xmark 0x10/0x0', '-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff', '-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xff', '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf0', '-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff',
    '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xffffffff', '-j CONNMARK --save-mark --nfmask 0xf --ctmask 0xffffffff', '-j CONNMARK --set-xmark 0x5/0xf --left-shift-mark 4', '-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff00 --left-shift-mark 8', '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff00 --right-shift-mark 8',
    '-j CT --notrack', '-j CT --zone 5', '-j CT --zone mark', '-j CT --zone-orig 3', '-j CT --zone-reply 7', '-j CT --ctevents new,destroy', '-j CT', '-p tcp -j CT --helper ftp', '-p udp -j CT --helper tftp',
  ],
};

export const translating: Forms = {
  4: [
    '-j SNAT --to-source 10.0.2.1', '-p tcp -j SNAT --to-source 10.0.2.1:4000', '-p udp -j SNAT --to-source :53', '-j DNAT --to-destination 10.0.1.7', '-p tcp -j DNAT --to-destination :8080', '-p tcp -m tcp --dport 80:443 -j DNAT --to-destination 10.0.1.200:8000-8363/80', '-p udp -m udp --dport 53 -j DNAT --to-destination 10.0.0.1:53',
    '-p tcp -j REDIRECT --to-ports 22', '-j REDIRECT', '-j MASQUERADE', '-j NETMAP --to 10.0.2.0/24', '-j NETMAP --to 203.0.113.0/28', '-j NETMAP --to 10.0.1.7/32', '-p sctp -j DNAT --to-destination 10.0.1.7:80', '-p dccp -j DNAT --to-destination 10.0.1.7:80',
  ],
  6: [
    '-j SNAT --to-source 2001:db8:2:1::1', '-p tcp -j SNAT --to-source [2001:db8:2:1::1]:4000', '-j DNAT --to-destination 2001:db8:1:1::7', '-p tcp -j DNAT --to-destination [2001:db8:1:1::7]:8080', '-p tcp -m tcp --dport 80:443 -j DNAT --to-destination [2001:db8:1:1::c8]:8000-8363/80', '-p tcp -j REDIRECT --to-ports 22', '-j REDIRECT', '-j MASQUERADE',
    '-j NETMAP --to 2001:db8:2:1::/64', '-j NETMAP --to 2001:db8:9::/48', '-p sctp -j DNAT --to-destination [2001:db8:1:1::7]:80',
  ],
};
