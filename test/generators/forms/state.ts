import { either, type Forms } from './form.js';

/** What the host knows of a packet; nobody on it has a socket, a bridge or IPsec. */
export const metadata: Forms = {
  both: [
    ...either(
      ...['LOCAL', 'UNICAST', 'MULTICAST', 'UNICAST,LOCAL,MULTICAST'].flatMap((types) => [`-m addrtype --src-type ${types}`, `-m addrtype --dst-type ${types}`]),
      '-m addrtype --src-type UNICAST ! --dst-type LOCAL', '-m addrtype --dst-type LOCAL --limit-iface-in', '-m addrtype --dst-type UNICAST --limit-iface-out', '-m addrtype --src-type UNICAST --limit-iface-in',
      ...['0x0', '0x5', '0x1/0x1', '0x4/0xc', '0x10/0xf0'].flatMap((group) => [`-m devgroup --src-group ${group}`, `-m devgroup --dst-group ${group}`]), '-m devgroup --src-group 0x5 ! --dst-group 0x5',
      ...['0x0', '0x10', '0x10/0xf0', '0x1/0x1', '0xffffffff', '0x80000000/0x80000000', '0x3/0x1'].map((mark) => `-m mark --mark ${mark}`),
      ...['0', '1000', '999-1001', '1-4294967294'].flatMap((range) => [`-m owner --uid-owner ${range}`, `-m owner --gid-owner ${range}`]), '-m owner --socket-exists', '-m owner --uid-owner 1000 ! --gid-owner 0',
      '-m physdev --physdev-is-in', '-m physdev --physdev-is-bridged', '-m physdev --physdev-in eth0', '-m physdev --physdev-out eth1',
    ),
    ...['', ' --loose', ' --accept-local', ' --validmark', ' --loose --accept-local', ' --validmark --accept-local'].flatMap((more) => [`-m rpfilter${more}`, `-m rpfilter${more} --invert`]),
    ...['in', 'out'].flatMap((way) => [`-m policy --dir ${way} --pol none`, `-m policy --dir ${way} --pol ipsec`, `-m policy --dir ${way} --pol ipsec --reqid 5`, `-m policy --dir ${way} --pol ipsec --strict --mode transport`]),
    '-m socket', '-m socket --transparent', '-m socket --nowildcard', '-m socket --transparent --nowildcard',
    '-m comment --comment "one rule"',
  ],
  4: either(...['BROADCAST', 'LOCAL,BROADCAST', 'UNREACHABLE,PROHIBIT', 'ANYCAST,BLACKHOLE'].flatMap((types) => [`-m addrtype --src-type ${types}`, `-m addrtype --dst-type ${types}`])),
};

export const tracking: Forms = {
  both: [
    ...either(
      ...['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'SEEN_REPLY,CONFIRMED'].map((status) => `-m conntrack --ctstatus ${status}`),
      ...['NEW', 'INVALID', 'NEW,UNTRACKED', 'SNAT', 'DNAT', 'ESTABLISHED,DNAT', 'INVALID,SNAT,DNAT', 'RELATED,ESTABLISHED'].map((states) => `-m conntrack --ctstate ${states}`),
      ...['6', '17', '132', '1', '58', '47'].map((protocol) => `-m conntrack --ctproto ${protocol}`),
      ...['22', '80:443', '1024:65535', '0'].flatMap((ports) => [`-m conntrack --ctorigsrcport ${ports}`, `-m conntrack --ctorigdstport ${ports}`, `-m conntrack --ctreplsrcport ${ports}`, `-m conntrack --ctrepldstport ${ports}`]),
      '-m conntrack --ctexpire 0', '-m conntrack --ctexpire 0:4000000', '-m conntrack --ctproto 6 ! --ctorigdstport 80', '-m conntrack --ctstate NEW --ctproto 17 --ctdir ORIGINAL',
      ...['0x0', '0x1/0x1', '0x10/0xf0', '0xff'].map((mark) => `-m connmark --mark ${mark}`),
      ...['5', '0', '127'].flatMap((label) => [`-m connlabel --label ${label}`, `-m connlabel --label ${label} --set`]),
      ...['1', '1:5', '2', '0:4'].flatMap((count) => [`-m connbytes --connbytes ${count} --connbytes-mode packets --connbytes-dir original`, `-m connbytes --connbytes ${count} --connbytes-mode packets --connbytes-dir both`]),
      '-m connbytes --connbytes 0:60 --connbytes-mode bytes --connbytes-dir original', '-m connbytes --connbytes 41 --connbytes-mode avgpkt --connbytes-dir both', '-m connbytes --connbytes 0 --connbytes-mode bytes --connbytes-dir reply',
      '-m helper --helper ftp', '-m helper --helper sip',
      '-m state --state UNTRACKED', '-m state --state INVALID,UNTRACKED', '-m state --state NEW,RELATED,ESTABLISHED',
    ),
    '-m conntrack --ctdir ORIGINAL', '-m conntrack --ctdir REPLY', '-m conntrack --ctstate NEW --ctdir REPLY', '-m connlimit --connlimit-upto 0', '-m connlimit --connlimit-above 100000 --connlimit-mask 0', '-m connlimit --connlimit-above 0 --connlimit-daddr',
  ],
  4: [
    ...either(...['10.0.0.0/24', '10.0.0.5', '10.0.1.7', '10.0.0.1', '0.0.0.0/1'].flatMap((address) => ['orig', 'repl'].flatMap((side) => [`-m conntrack --ct${side}src ${address}`, `-m conntrack --ct${side}dst ${address}`]))),
    ...['0x1', '0x2', '0x3'].map((nodes) => `-m cluster --cluster-total-nodes 2 --cluster-local-nodemask ${nodes} --cluster-hash-seed 0x7`), '-m cluster --cluster-total-nodes 5 ! --cluster-local-nodemask 0x6 --cluster-hash-seed 0xdeadbeef',
  ],
  6: either(...['2001:db8:0:1::/64', '2001:db8:0:1::5', '2001:db8:1:1::7', '2001:db8:0:1::1', '::/1'].flatMap((address) => ['orig', 'repl'].flatMap((side) => [`-m conntrack --ct${side}src ${address}`, `-m conntrack --ct${side}dst ${address}`]))),
};

/** What packets before this one decide, however long ago they came: rates are so slow that nothing comes back. */
export const counted: Forms = {
  both: [
    ...either(
      ...['2 --packet 0', '2 --packet 1', '3 --packet 2', '5 --packet 3', '1 --packet 0'].map((every) => `-m statistic --mode nth --every ${every}`),
      ...['0', '60', '200', '1000', '9223372036854775807'].map((bytes) => `-m quota --quota ${bytes}`),
      ...['set', 'rcheck', 'update', 'remove'].map((action) => `-m recent --${action} --name few`),
    ),
    ...['1', '2', '5'].flatMap((hits) => ['rcheck', 'update'].flatMap((action) => [`-m recent --${action} --hitcount ${hits} --name few`, `-m recent --${action} --seconds 3600 --hitcount ${hits} --name few --rdest`])),
    '-m recent --set --name few --rdest', '-m recent --rcheck --seconds 3600 --name other', '-m recent --set --name other', '-m recent --update --seconds 3600 --reap --name other', '-m recent --rcheck --rttl --name few', '-m recent --update --hitcount 2 --rttl --name other', '-m recent ! --rcheck --name other',
    ...['1', '3', '20'].map((burst) => `-m limit --limit 1/hour --limit-burst ${burst}`),
    ...['1/day --hashlimit-burst 1', '1/day --hashlimit-burst 3', '1/hour --hashlimit-burst 3'].flatMap((rate, index) => ['srcip', 'dstip', 'srcip,dstport', 'srcport', 'srcip,srcport,dstip,dstport'].flatMap((mode) => [
      `-m hashlimit --hashlimit-upto ${rate} --hashlimit-mode ${mode} --hashlimit-name u${index}${mode.length}`, `-m hashlimit --hashlimit-above ${rate} --hashlimit-mode ${mode} --hashlimit-name o${index}${mode.length}`])),
    '-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-name all',
  ],
  4: ['-m hashlimit --hashlimit-above 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-srcmask 24 --hashlimit-name near', '-m recent --rcheck --name net --mask 255.255.255.0', '-m recent --set --name net --mask 255.255.255.0'],
  6: ['-m hashlimit --hashlimit-above 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-srcmask 64 --hashlimit-name near', '-m recent --rcheck --name net --mask ffff:ffff:ffff:ffff::', '-m recent --set --name net --mask ffff:ffff:ffff:ffff::'],
};

/** By the clock: packets carry theirs, or the kernel's decides. */
export const clock: Forms = {
  both: [
    '-m time --timestart 08:00:00 --timestop 18:00:00', '-m time --timestart 22:00:00 --timestop 06:00:00', '-m time --timestart 22:00:00 --timestop 06:00:00 --contiguous --weekdays Mon,Fri', '-m time --weekdays Sat,Sun', '-m time ! --weekdays Sat,Sun', '-m time --monthdays 1,15,31',
    '-m time --datestart 2020-01-01T00:00:00 --datestop 2024-12-31T23:59:59', '-m time --datestart 2024-02-29T12:00:00', '-m time --timestart 00:00:00 --timestop 23:59:59 --monthdays 29', '-m time --timestart 12:00:00 --timestop 12:00:00', '-m time --timestop 00:00:00',
  ],
};

/** What the kernel alone knows: the interpreter says that it does not. Which processor handles a packet differs from host to host; none is of that number. */
export const opaque: Forms = {
  both: [...either('-m cpu --cpu 4095', '-m cgroup --cgroup 5', '-m cgroup --cgroup 0')],
  4: either('-m realm --realm 0x0', '-m realm --realm 0x5/0xf'),
};
