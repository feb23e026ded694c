import { either, type Forms } from './form.js';

const chunks = ['any DATA:Be', 'any DATA:bE,INIT', 'all DATA,SACK', 'all INIT', 'only DATA:I', 'only SACK,DATA', 'any ABORT:T', 'all DATA:be', 'any FORWARD_TSN', 'only INIT,INIT_ACK,COOKIE_ECHO'];

const texts = ['--string hello --algo bm', '--string HELLO --algo kmp --icase', '--string GET --algo bm --from 40 --to 60', '--hex-string "|0d0a|" --algo kmp', '--string hello --algo kmp --to 65', '--string E --algo bm --to 1', '--hex-string "|4500|" --algo bm --to 2'];

const location = (word: string, values: string): string => `-m u32 --u32 "${word}=${values}"`;

/** Anything in the packet's bytes; values out of the pools that packets draw from. */
export const headers: Forms = {
  both: [
    ...either(
      ...['REQUEST', 'DATA,ACK', 'RESET', 'INVALID', 'REQUEST,RESPONSE,SYNC'].map((types) => `-p dccp -m dccp --dccp-types ${types}`),
      ...['22', '80:443', '1024:65535'].flatMap((ports) => [`-p dccp -m dccp --sport ${ports}`, `-p dccp -m dccp --dport ${ports}`, `-p sctp -m sctp --dport ${ports}`]),
      '-p dccp -m dccp --dccp-option 5',
      ...chunks.map((list) => `-p sctp -m sctp --chunk-types ${list}`),
      ...['18', '1:18', '0:65535', '255:256'].map((cpi) => `-p ipcomp -m ipcomp --ipcompspi ${cpi}`),
      ...['256', '256:500', '0:4294967295', '500:501'].map((spi) => `-p esp -m esp --espspi ${spi}`),
      ...['dccp', 'udplite', 'sctp', 'tcp', 'udp'].flatMap((protocol) => [`-p ${protocol} -m multiport --ports 22,80`, `-p ${protocol} -m multiport --dports 53,80:443,8080,65535`, `-p ${protocol} -m multiport --sports 0:1023,40000`]),
      '-p tcp -m multiport --dports 1,22,53,80,443,1023,1024,8080,40000,65534,65535,2,3,4,5', '-p udp -m multiport --ports 0:22,24:52,54:79,81:442,444:1022,1025:8079,8081:39999',
      ...['2', '3', '4', '8', '19', '254'].map((option) => `-p tcp -m tcp --tcp-option ${option}`),
      ...['SYN,RST,ACK,FIN SYN', 'ALL NONE', 'ALL ALL', 'ALL FIN,URG,PSH', 'SYN,FIN SYN,FIN', 'ACK ACK', 'PSH,URG URG', 'SYN ACK', 'RST NONE'].map((flags) => `-p tcp -m tcp --tcp-flags ${flags}`),
      '-p tcp -m tcp --sport 22 ! --dport 80', '-p tcp -m tcp --dport 80 ! --tcp-flags SYN SYN', '-p udp -m udp --sport 53 ! --dport 1024:65535', '-p tcp -m tcp --dport 0:1023 --tcp-option 2',
      ...['1460', '536:1459', '0:65535', '0:536', '1461:65535'].map((mss) => `-p tcp -m tcpmss --mss ${mss}`),
      '-p tcp -m ecn --ecn-tcp-cwr', '-p tcp -m ecn --ecn-tcp-ece', '-m ecn --ecn-ip-ect 0', '-m ecn --ecn-ip-ect 2', '-p tcp -m ecn --ecn-tcp-ece --ecn-ip-ect 1',
      ...['0x10/0xff', '0x10/0x3f', '0x03/0x01', '0x00/0xe0', '0xb8/0xfc', '0x01/0x03'].map((tos) => `-m tos --tos ${tos}`),
      ...['0x00', '0x04', '0x2e', '0x3f'].map((dscp) => `-m dscp --dscp ${dscp}`),
      ...['0', '20', '28:40', '40:60', '0:65535', '41:1500', '60'].map((length) => `-m length --length ${length}`),
      ...texts.map((text) => `-m string ${text}`),
      location('6&0xff', '6'), location('0>>22&0x3c@0&0xffff', '53'), location('0>>22&0x3c@0>>16', '22:80,1024'), location('0>>22&0x3c@12>>26&0x3c@0>>24', '0x47'), location('4', '0:0xffffffff'), location('40>>16', '40000:65535'), location('6&0xff=17&&0>>22&0x3c@4>>16', '8'),
      location('40', '0x68656c6c'), location('6>>24&0xff', '17,6'), location('41', '0:0x7fffffff'),
    ),
    ...['4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0', '5,177 0 0 0,72 0 0 2,21 0 1 53,6 0 0 1,6 0 0 0', '2,40 0 0 42,22 0 0 0', '4,48 0 0 6,21 0 1 17,6 0 0 1,6 0 0 0', '4,128 0 0 0,37 0 1 60,6 0 0 1,6 0 0 0', '2,32 0 0 44,22 0 0 0'].map((program) => `-m bpf --bytecode "${program}"`),
    '-p esp -m esp', '-p dccp -m dccp', '-p sctp -m sctp', '-p ipcomp -m ipcomp', '-p tcp -m tcp', '-p udp -m udp', '-p tcp -m tcp --dport 80 --tcp-flags SYN,ACK,FIN,RST SYN -m tcpmss --mss 536:1460', '-p tcp -m tcp --dport 22 -m length --length 40:60 -m dscp --dscp 0x00',
  ],
  4: [
    ...either(
      ...['500', '256:500', '0:4294967295'].map((spi) => `-p ah -m ah --ahspi ${spi}`),
      ...['8', '0', '3/1', '3', 'any', '255', '11', '13/0', '5/1', '10/0'].map((type) => `-p icmp -m icmp --icmp-type ${type}`),
      ...['10.0.0.5-10.0.0.6', '10.0.0.6-10.0.1.7', '0.0.0.0-255.255.255.255', '10.0.1.7-10.0.1.6'].flatMap((range) => [`-m iprange --src-range ${range}`, `-m iprange --dst-range ${range}`]),
      '-m iprange --src-range 10.0.0.0-10.0.0.255 ! --dst-range 10.0.1.0-10.0.1.10', '-m ttl --ttl-eq 64',
    ),
    '-p ah -m ah', '-m ttl --ttl-lt 2', '-m ttl --ttl-gt 63', '-m ttl --ttl-lt 64', '-m ttl --ttl-gt 254', '-m ttl --ttl-lt 0',
  ],
  6: [
    ...either(
      ...['500', '256:500', '0:4294967295'].flatMap((spi) => [`-m ah --ahspi ${spi}`, `-p udp -m ah --ahspi ${spi}`]), '-m ah --ahlen 24', '-m ah --ahspi 100:500 --ahlen 24 --ahres',
      ...['128', '129', '1/4', '1', '2/0', '135', '143', '255', '137/0'].map((type) => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type}`),
      ...['5', '0:7', '0:255', '1'].map((type) => `-p mh -m mh --mh-type ${type}`),
      ...['8', '16', '24', '0'].flatMap((length) => [`-m hbh --hbh-len ${length}`, `-m dst --dst-len ${length}`]),
      ...['42', '5', '0:4294967295', '43:40'].map((id) => `-m frag --fragid ${id}`),
      ...['0', '2', '4'].map((type) => `-m rt --rt-type ${type}`), ...['1', '0:1', '3:1', '0:4294967295'].map((left) => `-m rt --rt-segsleft ${left}`), ...['8', '24', '40', '56'].map((length) => `-m rt --rt-len ${length}`),
      '-m rt --rt-type 2 --rt-segsleft 0 --rt-len 24',
      ...['srh-next-hdr 17', 'srh-hdr-len-eq 2', 'srh-hdr-len-gt 3', 'srh-hdr-len-lt 4', 'srh-segs-left-eq 1', 'srh-segs-left-gt 0', 'srh-last-entry-eq 1', 'srh-last-entry-lt 1', 'srh-tag 7', 'srh-psid 2001:db8:1:1::/64', 'srh-nsid 2001:db8:0:1::5/128', 'srh-lsid 2001:db8:1:1::7/128'].map((test) => `-m srh --${test}`),
      ...['hop-by-hop', 'ipv6-opts', 'ipv6-route', 'ipv6-frag', 'ah', 'esp', 'ipv6-nonxt', 'protocol', 'hop-by-hop,protocol', 'ipv6-opts,protocol', 'ipv6-opts,ah,protocol', 'hop-by-hop,ipv6-opts,protocol'].flatMap((list) => [`-m ipv6header --header ${list}`, `-m ipv6header --header ${list} --soft`]),
      ...['2001:db8:0:1::5-2001:db8:0:1::6', '2001:db8::-2001:db8:1:1::7', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8:1:1::7-2001:db8:1:1::6'].flatMap((range) => [`-m iprange --src-range ${range}`, `-m iprange --dst-range ${range}`]),
      '-m hl --hl-eq 64',
    ),
    '-m ah', '-p mh -m mh', '-m hbh', '-m dst', '-m hbh --hbh-opts 5:2', '-m dst --dst-opts 1:4', '-m dst --dst-opts 1', '-m dst --dst-len 8 --dst-opts 1:4', '-m frag', '-m frag --fragfirst', '-m frag --fragmore', '-m frag --fraglast', '-m frag --fragres', '-m frag --fragid 42 --fragfirst --fragmore', '-m frag ! --fragid 42 --fraglast', '-m rt', '-m rt --rt-type 0 --rt-0-res', '-m rt --rt-type 0 --rt-0-addrs 2001:db8:1:1::7',
    '-m rt --rt-type 0 --rt-0-addrs 2001:db8:1:1::7,2001:db8:0:1::5 --rt-0-not-strict', '-m srh', '-m srh --srh-segs-left-gt 0 --srh-last-entry-eq 1 --srh-tag 7', '-m hl --hl-lt 2', '-m hl --hl-gt 63', '-m hl --hl-lt 64', '-m hl --hl-gt 254',
  ],
};

export const link: Forms = {
  both: either('-m pkttype --pkt-type unicast', '-m pkttype --pkt-type broadcast', '-m pkttype --pkt-type multicast', '-m mac --mac-source 02:00:00:00:00:aa', '-m mac --mac-source 02:00:00:00:00:ab'),
  6: ['-m eui64'],
};
