/** Made-up numbers below a limit, always the same for one seed. */
export function random(seed: number): (limit: number) => number {
  let state = seed >>> 0 || 1;
  return (limit) => {
    // xorshift32: plenty for made-up rules
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Rule files of any size for the benchmarks: a first-match list of five-tuple rules in the style of a large filter. Seeded. */
export function generateRules(count: number, seed = 1): string {
  const below = random(seed);
  const address = (): string => {
    const length = 8 + below(25);
    const value = (below(0x10000) * 0x10000 + below(0x10000)) >>> 0;
    const masked = (value & (length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0)) >>> 0;
    return `${masked >>> 24}.${(masked >>> 16) & 255}.${(masked >>> 8) & 255}.${masked & 255}/${length}`;
  };
  const verdicts = ['ACCEPT', 'DROP', 'ACCEPT', 'REJECT --reject-with icmp-port-unreachable'];
  const lines = ['*filter', ':INPUT ACCEPT [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT ACCEPT [0:0]'];
  for (let index = 0; index < count; index++) {
    const protocol = below(3) === 0 ? 'udp' : 'tcp';
    const port = 1 + below(65000);
    const shapes = [
      `-s ${address()} -d ${address()} -p ${protocol} -m ${protocol} --dport ${port}`,
      `-s ${address()} -i eth${below(4)} -p ${protocol} -m ${protocol} --sport 1024:65535 --dport ${port}:${port + below(500)}`,
      `-d ${address()} -p ${protocol} -m multiport --dports ${port},${1 + below(65000)},443 -m conntrack --ctstate NEW,ESTABLISHED`,
      `-s ${address()} -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m comment --comment "rule ${index}"`,
    ];
    lines.push(`-A FORWARD ${shapes[below(shapes.length)] ?? ''} -j ${verdicts[below(verdicts.length)] ?? 'DROP'}`);
  }
  return `${lines.join('\n')}\nCOMMIT\n`;
}
