import type { Word } from '../extension.js';
import { parseUnsigned, u8 } from './number.js';
import { placeOf, type Reporter } from './reporter.js';

/** Number, name and aliases, as Debian 12's /etc/protocols has them. */
const table: readonly (readonly [number, string, ...string[]])[] = [
  [0, 'ip', 'IP'], [0, 'hopopt', 'HOPOPT'], [1, 'icmp', 'ICMP'], [2, 'igmp', 'IGMP'], [3, 'ggp', 'GGP'],
  [4, 'ipencap', 'IP-ENCAP'], [5, 'st', 'ST'], [6, 'tcp', 'TCP'], [8, 'egp', 'EGP'], [9, 'igp', 'IGP'], [12, 'pup', 'PUP'],
  [17, 'udp', 'UDP'], [20, 'hmp', 'HMP'], [22, 'xns-idp', 'XNS-IDP'], [27, 'rdp', 'RDP'], [29, 'iso-tp4', 'ISO-TP4'],
  [33, 'dccp', 'DCCP'], [36, 'xtp', 'XTP'], [37, 'ddp', 'DDP'], [38, 'idpr-cmtp', 'IDPR-CMTP'], [41, 'ipv6', 'IPv6'],
  [43, 'ipv6-route', 'IPv6-Route'], [44, 'ipv6-frag', 'IPv6-Frag'], [45, 'idrp', 'IDRP'], [46, 'rsvp', 'RSVP'],
  [47, 'gre', 'GRE'], [50, 'esp', 'IPSEC-ESP'], [51, 'ah', 'IPSEC-AH'], [57, 'skip', 'SKIP'], [58, 'ipv6-icmp', 'IPv6-ICMP'],
  [59, 'ipv6-nonxt', 'IPv6-NoNxt'], [60, 'ipv6-opts', 'IPv6-Opts'], [73, 'rspf', 'RSPF', 'CPHB'], [81, 'vmtp', 'VMTP'],
  [88, 'eigrp', 'EIGRP'], [89, 'ospf', 'OSPFIGP'], [93, 'ax.25', 'AX.25'], [94, 'ipip', 'IPIP'], [97, 'etherip', 'ETHERIP'],
  [98, 'encap', 'ENCAP'], [103, 'pim', 'PIM'], [108, 'ipcomp', 'IPCOMP'], [112, 'vrrp', 'VRRP'], [115, 'l2tp', 'L2TP'],
  [124, 'isis', 'ISIS'], [132, 'sctp', 'SCTP'], [133, 'fc', 'FC'], [135, 'mobility-header', 'Mobility-Header'],
  [136, 'udplite', 'UDPLite'], [137, 'mpls-in-ip', 'MPLS-in-IP'], [138, 'manet'], [139, 'hip', 'HIP'], [140, 'shim6', 'Shim6'],
  [141, 'wesp', 'WESP'], [142, 'rohc', 'ROHC'], [143, 'ethernet', 'Ethernet'], [262, 'mptcp', 'MPTCP'],];

/** Names that iptables knows beside the system's. */
const own: readonly (readonly [string, number])[] = [
  ['tcp', 6], ['sctp', 132], ['udp', 17], ['udplite', 136], ['icmp', 1], ['ipv6-icmp', 58], ['icmpv6', 58],
  ['esp', 50], ['ah', 51], ['mobility-header', 135], ['ipv6-mh', 135], ['mh', 135], ['all', 0],
];

const numbers: ReadonlyMap<string, number> = new Map([
  ...table.flatMap(([number, ...names]) => names.map((name) => [name, number] as const)),
  ...own,
]);
const names: ReadonlyMap<number, string> = new Map([...table].reverse().map(([number, name]) => [number, name] as const));

/**
 * A protocol by number (0-255, any base) or name; case matters here, `-p` lowers its word first. 0 is every protocol.
 * `mptcp` is 262, which no packet carries.
 */
export const parseProtocol = (text: string): number | undefined => parseUnsigned(text, u8) ?? numbers.get(text);

export function readProtocol(word: Word, reporter: Reporter): number | undefined {
  const protocol = parseProtocol(word.text);
  if (protocol === undefined) reporter.report('unknown-protocol', { text: word.text }, placeOf(word, reporter));
  return protocol;
}

/** The name iptables-save prints, or the number when the system knows none. */
export const formatProtocol = (protocol: number): string => names.get(protocol) ?? String(protocol);
