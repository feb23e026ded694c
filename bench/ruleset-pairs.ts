import { random } from './generate.js';

/** Two rule files, the second a copy of the first with one rule changed. */
export interface Pair {
  readonly left: string;
  readonly right: string;
}

const file = (rules: readonly string[]): string => `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`;

/** A random prefix of a length from `shortest` to `longest`. IPv6 ones lie in 2000::/4. */
function prefix(family: 4 | 6, shortest: number, longest: number, below: (limit: number) => number): string {
  const length = shortest + below(longest - shortest + 1);
  const groups = family === 4 ? 4 : 8;
  const size = family === 4 ? 8 : 16;
  const parts = Array.from({ length: groups }, (_, index) => {
    const kept = Math.min(size, Math.max(0, length - index * size));
    const value = below(1 << size) & ~((1 << (size - kept)) - 1);
    return family === 6 && index === 0 ? 0x2000 | (value & 0x0fff) : value;
  });
  return `${parts.map((part) => part.toString(family === 4 ? 10 : 16)).join(family === 4 ? '.' : ':')}/${length}`;
}

/** Rules over both addresses, the protocol and both ports, at random; one port of the second file is another. */
export function fiveTuples(count: number, family: 4 | 6, seed: number): Pair {
  const below = random(seed);
  const [shortest, longest] = family === 4 ? [8, 32] : [16, 128];
  const rule = (port: number | undefined): string => {
    const protocol = below(2) === 0 ? 'tcp' : 'udp';
    const source = [``, ` --sport ${1 + below(65535)}`, ' --sport 1024:65535'][below(3)] ?? '';
    const first = 1 + below(65000);
    const destination = below(3) === 0 ? `${first}:${first + below(500)}` : `${first}`;
    return `-A FORWARD -s ${prefix(family, shortest, longest, below)} -d ${prefix(family, shortest, longest, below)} -p ${protocol} -m ${protocol}${source} --dport ${port ?? destination} -j ${below(2) === 0 ? 'ACCEPT' : 'DROP'}`;
  };
  const rules = Array.from({ length: count }, () => rule(undefined));
  // One that drops would change nothing: so does the policy.
  const changed = rules.findIndex((text, index) => index >= count * 0.6 && text.endsWith('ACCEPT'));
  return { left: file(rules), right: file(rules.map((text, index) => (index === changed ? text.replace(/--dport \S+/, '--dport 65001') : text))) };
}

/** One rule for each blocked source; one entry of the second file is another. */
export function blocklist(count: number, family: 4 | 6, seed: number): Pair {
  const below = random(seed);
  const entries = new Set<string>();
  while (entries.size < count) entries.add(below(3) === 0 ? prefix(family, family === 4 ? 20 : 32, family === 4 ? 32 : 128, below) : prefix(family, family === 4 ? 32 : 128, family === 4 ? 32 : 128, below));
  const list = [...entries];
  const changed = Math.floor(count * 0.6);
  const other = family === 4 ? '203.0.113.77/32' : '3fff::77/128';
  const rules = (of: readonly string[]): string => file(of.map((entry) => `-A INPUT -s ${entry} -j DROP`));
  return { left: rules(list), right: rules(list.map((entry, index) => (index === changed ? other : entry))) };
}
