/** Names a packet in words may begin with; the first name of a number is the one it is described by. */
export const protocolNumbers: Readonly<Record<string, number>> = {
  icmp: 1, igmp: 2, ipencap: 4, ipip: 4, tcp: 6, udp: 17, dccp: 33, ipv6: 41, gre: 47, esp: 50, ah: 51, icmpv6: 58, icmp6: 58, 'ipv6-icmp': 58, ospf: 89, ipcomp: 108, vrrp: 112, sctp: 132, udplite: 136,
};

/** The name of a protocol, or its number. */
export const protocolName = (protocol: number): string => Object.entries(protocolNumbers).find(([, number]) => number === protocol)?.[0] ?? String(protocol);

/** Protocols whose header begins with two ports. */
export const portProtocols: readonly number[] = [6, 17, 33, 132, 136];
