import { text, type Catalogue } from '../catalogue.js';

/** Faults in packets, topologies and fingerprints that the user wrote. */
export const packetsCodes = {
  'packet-incomplete': {
    severity: 'error',
    message: text`the packet ends where ${'part'} should stand`,
    page: 'A packet in words is `PROTO SRC[:PORT] > DST[:PORT] [FLAGS] [in IFACE | local] [key value]...`, for example `tcp 203.0.113.9:40000 > 10.0.0.5:22 syn in eth0`. In a shell, quote it: `>` would be a redirection.',
  },
  'packet-protocol': {
    severity: 'error',
    message: text`unknown protocol ${'text'}`,
    page: 'A packet in words begins with its protocol: tcp, udp, icmp, icmpv6, sctp, esp, ah, gre, udplite, dccp, igmp, or a number from 0 to 255.',
  },
  'packet-address': {
    severity: 'error',
    message: text`${'text'} is not an address`,
    page: 'Addresses are written out: `10.0.0.5`, `10.0.0.5:22`, `2001:db8::5`, `[2001:db8::5]:22`. Host names are never looked up.',
  },
  'packet-port': {
    severity: 'error',
    message: text`${'text'} is not a port`,
    page: 'A port is a number from 0 to 65535 behind the address: `10.0.0.5:22`, `[2001:db8::5]:22`. Only tcp, udp, udplite, sctp and dccp have ports.',
  },
  'packet-families': {
    severity: 'error',
    message: text`${'source'} and ${'destination'} are not of one IP version`,
    page: 'Both addresses of a packet are IPv4, or both are IPv6; icmp wants IPv4 and icmpv6 wants IPv6.',
  },
  'packet-word': {
    severity: 'error',
    message: text`${'text'} is no word of a packet`,
    page: 'Behind the addresses of a packet in words stand TCP flags (`syn`, `syn,ack`, `none`), `in IFACE` or `local`, `forward out IFACE`, and keys with a value: state, mark, ttl, tos, length, fragment, payload, mac, pkttype, uid, gid, time, type, code, mss, options, spi, chunks, checksum.',
  },
  'packet-value': {
    severity: 'error',
    message: text`${'key'} wants ${'wanted'}, not ${'text'}`,
    page: 'A key of a packet in words has a value of another shape than what was written.',
  },
  'packet-repeated': {
    severity: 'error',
    message: text`${'key'} is given twice`,
    page: 'Each key of a packet in words may stand once.',
  },
  'packet-conflict': {
    severity: 'error',
    message: text`${'one'} cannot stand with ${'other'}`,
    page: 'Two words of a packet contradict each other: a packet comes from the wire (`in IFACE`) or from this host (`local`); uid and gid belong to local packets, mac and pkttype to packets from the wire; flags, mss and options to tcp, type and code to icmp.',
  },
  'packet-default-port': {
    severity: 'note',
    message: text`no ${'side'} port was given; ${'port'} is taken`,
    page: 'A tcp, udp, udplite, sctp or dccp packet always has ports. Without a source port 40000 is taken, without a destination port 80 (udp: 53).',
  },
  'packet-line': {
    severity: 'error',
    message: text`${'problem'}`,
    page: 'Packets in a file are JSON objects, one a line: {"id","in_iface","out_of":"wire"|"local","hex"}, hex being the IP packet; optional are mark, eth (hex of the 14-byte Ethernet header), uid, gid, time (seconds since 1970 or ISO 8601), pkttype, state and forward_out.',
  },
  'packet-line-key': {
    severity: 'warning',
    message: text`${'key'} is no key of a packet and is not looked at`,
    page: 'Keys of a packet line are id, in_iface, out_of, hex, mark, eth, uid, gid, time, pkttype, state and forward_out.',
  },
  'topology-syntax': {
    severity: 'error',
    message: text`${'problem'}`,
    page: 'A topology is JSON, or the part of YAML that configuration files use: block mappings and sequences, flow `[...]` and `{...}`, plain and quoted scalars on one line, comments. Anchors, tags, block scalars, several documents and scalars over several lines are refused.',
  },
  'topology-key': {
    severity: 'error',
    message: text`${'key'} is no key of ${'where'}`,
    page: 'A topology has the keys ifaces, local, routes and routes6; an interface has name, addr, mac and mtu.',
  },
  'topology-value': {
    severity: 'error',
    message: text`${'where'} wants ${'wanted'}, not ${'text'}`,
    page: 'A topology is {"ifaces":[{"name","addr":["10.0.0.1/24"],"mac"?,"mtu"?}],"local":["further addresses"],"routes":["default dev eth2","10.9.0.0/16 via 10.0.1.7 dev eth1"],"routes6":[...]}.',
  },
  'topology-missing': {
    severity: 'error',
    message: text`${'where'} has no ${'key'}`,
    page: 'A topology needs ifaces with at least one interface; each interface needs a name.',
  },
  'topology-repeated': {
    severity: 'error',
    message: text`${'what'} is given twice`,
    page: 'Interfaces have different names, and a mapping has each key once.',
  },
  'topology-interface': {
    severity: 'error',
    message: text`no interface ${'name'} is declared`,
    page: 'A route names the interface it leaves by with `dev`; that interface must be among ifaces.',
  },
  'topology-gateway': {
    severity: 'error',
    message: text`the gateway ${'gateway'} is in none of the networks of ${'where'}`,
    page: 'A route `via` a gateway leaves by the interface whose network holds the gateway; with `dev` it must be one of that interface.',
  },
  'bad-fingerprint': {
    severity: 'error',
    message: text`this is no fingerprint: ${'problem'}`,
    page: 'A file of `--fingerprints` has the form of pf.os, which `nfnl_osf -f FILE` loads into the kernel: one fingerprint a line, `WINDOW:TTL:DF:LENGTH:OPTIONS:SYSTEM:VERSION:SUBTYPE:DESCRIPTION`, for example `S4:64:1:60:M*,S,T,N,W7:Linux:2.6::a description`; comments begin with `#` in the first column. nfnl_osf reads what is no number as 0, and a window that it does not know as any; here that is an error.',
  },
  'fingerprint-option': {
    severity: 'warning',
    message: text`nfnl_osf knows no option ${'text'} and leaves it out`,
    page: 'Options of a fingerprint are E (end), N (padding), M (MSS), W (window scale), S (SACK permitted) and T (timestamp), with commas between; a dot is none. The fingerprint is loaded without the others, and fits packets that do not have them.',
  },
} as const satisfies Catalogue;
