import type { Random } from '../../src/probe/random.js';

/** What may be changed in a rule file so that its meaning may change. */
export const mutations = ['port', 'prefix', 'verdict', 'order', 'negation', 'state', 'mark', 'jump', 'removal'] as const;
export type Mutation = (typeof mutations)[number];

export interface Mutant {
  readonly mutation: Mutation;
  readonly text: string;
  /** Of the line that was changed, from 1. */
  readonly line: number;
  readonly was: string;
  readonly is: string;
}

/** One change to one rule, or undefined where this rule has nothing of the kind. */
export function mutate(text: string, random: Random): Mutant | undefined {
  const lines = text.split('\n');
  const rules = lines.flatMap((line, index) => (line.startsWith('-A ') ? [index] : []));
  if (rules.length === 0) return undefined;
  const mutation = random.pick(mutations);
  const at = random.pick(rules);
  const was = lines[at] ?? '';
  if (mutation === 'order') {
    const next = at + 1;
    const other = lines[next] ?? '';
    if (!other.startsWith(`-A ${was.split(' ')[1] ?? ''} `) || other === was) return undefined;
    return { mutation, text: [...lines.slice(0, at), other, was, ...lines.slice(next + 1)].join('\n'), line: at + 1, was, is: other };
  }
  const is = mutation === 'removal' ? '' : changes[mutation](was, random, lines);
  if (is === undefined || is === was) return undefined;
  return { mutation, text: lines.map((line, index) => (index === at ? is : line)).join('\n'), line: at + 1, was, is };
}

type Change = (rule: string, random: Random, lines: readonly string[]) => string | undefined;

/** Puts something in the place of one match of a pattern. */
function replaceOne(rule: string, pattern: RegExp, random: Random, by: (match: RegExpMatchArray) => string): string | undefined {
  const found = [...rule.matchAll(pattern)];
  if (found.length === 0) return undefined;
  const match = random.pick(found);
  return rule.slice(0, match.index) + by(match) + rule.slice(match.index + match[0].length);
}

const changes: { readonly [M in Exclude<Mutation, 'order' | 'removal'>]: Change } = {
  port: (rule, random) => replaceOne(rule, /(?<=--(?:dports?|sports?|ports|destination-ports?|source-ports?) (?:[\d:,]*[:,])?)\d+/g, random, ([port]) => String((Number(port) + random.pick([1, -1, 100, 65000])) & 0xffff)),
  prefix: (rule, random) =>
    replaceOne(rule, /(?<= -[sd] )(\d+\.\d+\.\d+\.)(\d+)(?:\/(\d+))?(?= |$)/g, random, ([, head = '', last = '0', length]) =>
      length === undefined || length === '32' ? `${head}${Number(last) ^ random.pick([1, 2, 128])}` : `${head}${last}/${Math.min(32, Math.max(1, Number(length) + random.pick([1, -1])))}`) ??
    replaceOne(rule, /(?<= -[sd] [0-9a-f:]+)\/(\d+)(?= |$)/g, random, ([, length = '64']) => `/${Math.min(128, Math.max(1, Number(length) + random.pick([1, -1])))}`),
  verdict: (rule, random) => replaceOne(rule, /(?<= -j )(ACCEPT|DROP|REJECT|RETURN)( --reject-with \S+)?(?= |$)/g, random, ([, verdict]) => random.pick(['ACCEPT', 'DROP', 'REJECT', 'RETURN'].filter((other) => other !== verdict))),
  negation: (rule, random) =>
    replaceOne(rule, / (! )?(-[sdpio]|--dport|--sport|--ctstate|--state|--icmp-type|--mark|--dports|--sports|--tcp-flags|--syn) /g, random, ([, not, option]) => (not === undefined ? ` ! ${option} ` : ` ${option} `)),
  state: (rule, random) => replaceOne(rule, /(?<=--(?:ct)?state )[A-Z,]+/g, random, ([states = '']) => {
    const list = states.split(',');
    const one = random.pick(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID']);
    const changed = list.includes(one) ? list.filter((state) => state !== one) : [...list, one];
    return (changed.length === 0 ? ['NEW'] : changed).join(',');
  }),
  mark: (rule, random) => replaceOne(rule, /(?<=--(?:set-mark|set-xmark|mark|or-mark|and-mark) )(0x[0-9a-f]+|\d+)/g, random, ([mark]) => `0x${((Number(mark) ^ random.pick([1, 2, 16])) >>> 0).toString(16)}`),
  jump: (rule, random, lines) => {
    const own = lines.flatMap((line) => /^:(\S+) -/.exec(line)?.[1] ?? []);
    return own.length === 0 ? undefined : replaceOne(rule, /(?<= -[jg] )(\S+)/g, random, ([target = '']) => (own.includes(target) ? random.pick([...own.filter((name) => name !== target), 'ACCEPT', 'RETURN', 'DROP']) : target));
  },
};

/** A part of a large file: one table, with at most `most` rules of each chain in one piece, and all its chains. */
export function sliceOf(text: string, most: number, random: Random): string {
  const tables = text.split(/(?<=^COMMIT$)/m).map((table) => table.trim()).filter((table) => table.includes('*'));
  const rich = tables.filter((table) => /^-A /m.test(table));
  if (rich.length === 0) return text;
  const lines = random.pick(rich).split('\n');
  const counts = new Map<string, number>();
  for (const line of lines) if (line.startsWith('-A ')) counts.set(line.split(' ')[1] ?? '', (counts.get(line.split(' ')[1] ?? '') ?? 0) + 1);
  const starts = new Map([...counts].map(([chain, count]) => [chain, Math.floor(random.below(Math.max(1, count - most + 1)))]));
  const seen = new Map<string, number>();
  return `${lines.filter((line) => {
    if (!line.startsWith('-A ')) return true;
    const chain = line.split(' ')[1] ?? '';
    const at = seen.get(chain) ?? 0;
    seen.set(chain, at + 1);
    const start = starts.get(chain) ?? 0;
    return at >= start && at < start + most;
  }).join('\n')}\n`;
}
