/** Conditions under which an output equals its input, that may be used unless `--strict` says otherwise. Ids are stable. */
export const defaultAssumptions = {
  'no-truncated-l4-headers': 'no packet is too short for the transport header that a rule reads (iptables drops such packets outright)',
  'no-later-fragments': 'no later fragment of a packet reaches these rules (connection tracking is off, so nothing reassembles)',
  'no-nested-fragments': 'no IPv6 packet carries a fragment header behind another one (the inner one is still there after reassembly)',
  'one-fragment-header': 'no IPv6 packet carries two fragment headers one behind the other (nft reads the offset of the first)',
  'no-ipv6-authentication-headers': 'no IPv6 packet carries an authentication header before its transport header (nft does not look behind one)',
  'no-broken-ipv6-extension-headers': 'the extension headers of every IPv6 packet can be walked (iptables drops the others at any -p)',
  'plain-mobility-headers': 'no mobility header names another header behind it (iptables drops such packets outright)',
  'plain-segment-routing': 'no segment routing header has more segments left than it lists (iptables matches none such)',
  'plain-tcp-options': 'no TCP header carries an MSS option whose length is not 4, an option twice, or options that end inside one (nft walks them otherwise)',
  'sound-tcp-packets': 'no TCP packet that comes to SYNPROXY has a wrong checksum or broken options (iptables drops all of these, nft the SYNs and ACKs)',
  'syn-with-mss': 'every packet that TCPMSS would change carries an MSS option (nft cannot add one)',
  'no-answers-about-untracked-packets': 'this host sends no ICMP error or reset about an untracked packet (NOTRACK of iptables in OUTPUT passes over such an answer, that of nft takes it)',
  'room-in-sets': 'no set that packets fill runs out of room (1048576 keys, where a list of recent remembers 100 addresses and a table of hashlimit what --hashlimit-htable-max says; what it was made for, if it is one of ipset), and no key is taken out and comes back more than 16 times a second (nft clears away once a second what was taken out, and may lose one that comes back meanwhile)',
  'no-return-at-expiry': 'no address comes back to a table of hashlimit in the moment in which it is forgotten (iptables looks once in --hashlimit-htable-gcinterval)',
  'quotas-below-8-eib': 'no rule with a quota of 2^63 bytes or more sees that many (nft reads no such number)',
  'accounts-without-quota': 'no accounting object of nfacct has a quota (a rule that counts in one that has matches once it is spent)',
  'accounted-connections': 'every connection began after the kernel had begun to count what connections carry (connbytes has it do so)',
  'lists-from-rules': 'nobody but these rules writes to a list of recent (through /proc/net/xt_recent)',
  'no-cgroup-on-handshakes': 'no rule about control groups is meant for answers to new TCP connections (iptables finds no group on them, nft that of the listener)',
  'plain-cluster-packets': 'no packet of a cluster comes by a multicast link address to an address of one host, and no helper expects connections of it',
  'kernel-clock-in-utc': 'the kernel has no time zone of its own (settimeofday, timedatectl): by it go `meta day` of nft and --kerneltz',
  'local-table-first': "no routing rule stands before the table of this host's own addresses",
  'one-ipv6-route-to-a-network': 'no two IPv6 routes to one network leave by different interfaces (rpfilter prefers the one that the packet came by, nft takes the best)',
  'sets-as-given': 'the sets hold what the file given with --sets says',
  'untagged-frames': 'frames carry no VLAN tag (tagged frames are passed on)',
  'unfragmented-packets': 'packets are not fragmented (fragments are passed on)',
  'counted-as-received': 'a packet comes to a rule that counts as the one frame that it was (no GRO, no LRO), of 3598 bytes and 16 IPv6 extension headers at most',
  'no-losses-before-rules': 'the stack loses no packet before it comes to a rule that counts (without a way, too big for it, a martian, of a group that nobody joined, with broken options)',
  'link-local-to-this-host': 'every packet to a link-local IPv6 address is for this host',
  'clock-of-250-hz': "the kernel's clock has 250 ticks a second (CONFIG_HZ; an XDP program for another is compiled with -DHZ=...)",
} as const;

/** Conditions that often do not hold, or that are wanted although they do not: used only where `--assume ID` accepts one by name. */
export const optInAssumptions = {
  'no-bridged-packets': 'no bridge hands its packets to the IP tables (br_netfilter is not loaded, or bridge-nf-call-iptables is 0), so that physdev finds no port',
  'checksums-by-device': 'the network card has looked at the checksum of every packet (where the kernel must, synproxy of nft takes those of IPv6 for wrong and drops the packet)',
  'short-segment-lists': 'no segment routing header lists more than two segments (nft 1.0.6 falls over the addresses behind)',
  'recent-approximate': 'recent with --hitcount is a rate for each address that blocks it for --seconds, --rttl is left out, and a list is another one in each table',
  'hashlimit-approximate': 'hashlimit with a rate in bytes, with --hashlimit-rate-match or beyond the clock of the kernel is a plain rate, and a table is another one in each table of rules',
  'counted-by-one-program': 'every packet that comes to a rule that counts is a frame to this host which comes by the one loaded program; the program begins with the rules, and they stand nowhere behind it',
  'one-system-fits': 'no packet fits fingerprints of two systems (osf of iptables finds the one that it asks for, osf of nft the first that fits; in pf.os dozens of pairs overlap)',
  'osf-unlogged': 'what osf --log finds need not be logged, and no fingerprint is of a system called "unknown"',
  'no-partial-checksums': 'no packet comes from a virtual device with its checksum left open, which CHECKSUM would fill in',
} as const;

/** All of them, with their sentences. */
export const assumptions = { ...defaultAssumptions, ...optInAssumptions } as const;
export type AssumptionId = keyof typeof assumptions;

/** Whether an assumption is used only when it is accepted by name, with and without `--strict`. */
export const isOptIn = (id: AssumptionId): boolean => Object.hasOwn(optInAssumptions, id);

/** Whether an output may rest on an assumption. */
export const mayAssume = (id: AssumptionId, options: { readonly strict: boolean; readonly assume: readonly AssumptionId[] }): boolean =>
  options.assume.includes(id) || (!options.strict && !isOptIn(id));
