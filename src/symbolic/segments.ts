import type { CoreRule } from '../ir/index.js';
import type { RulesetContext } from './context.js';
import { endNode, follow, returnsPlainly } from './sequence.js';

/**
 * Some consecutive rules as one diagram: where it ends with `return` the packet goes on behind them, where it ends with `leave` it
 * leaves their chain.
 */
export interface Segment extends Part {
  readonly id: number;
}

export interface Part {
  /** Its diagram. */
  node(): number;
  /** What `rest` has in front with it, where that takes less than its own diagram. */
  above?(rest: number): number;
  /** Whoever goes on behind it carries no effect and no writing. */
  readonly plain: boolean;
  readonly leaves: boolean;
  /** One of its rules, to name where giving up happened. */
  readonly rule?: CoreRule;
}

/**
 * The segments of one comparison. Rules are put together in a tree whose shape follows from what they say, not from where they stand:
 * a run ends where the number of its last rule says so. Two chains that differ in one rule have all segments in common but those on the
 * way from that rule to the root, and so has a chain that is asked at two hooks.
 */
export interface Segments {
  /** The segment of one rule; `key` says what it does. */
  rule(key: string, make: () => Part): Segment;
  /** All the rules one after the other; undefined when there are none. */
  chain(rules: readonly Segment[], join: (first: Part, second: Part) => Part): Segment | undefined;
  /** Forgets all that has been put together. */
  clear(): void;
}

/** Runs hold between these many parts; in between, one part in four ends one. */
const shortest = 2;
const longest = 8;
const endsRun = (id: number): boolean => (Math.imul(id, 0x9e3779b1) >>> 30) === 0;

export function createSegments(): Segments {
  const known = new Map<string, Segment>();
  let count = 0;
  const remember = (key: string, make: () => Part): Segment => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const segment = { ...make(), id: count++ };
    known.set(key, segment);
    return segment;
  };
  return {
    rule: (key, make) => remember(`rule ${key}`, make),
    chain(rules, join) {
      let parts = rules;
      while (parts.length > 1) {
        const runs: Segment[] = [];
        for (let from = 0; from < parts.length; ) {
          let to = from + 1;
          while (to < parts.length && to - from < longest && (to - from < shortest || !endsRun(parts[to - 1]?.id ?? 0))) to++;
          const run = parts.slice(from, to);
          const [only] = run;
          from = to;
          runs.push(only !== undefined && run.length === 1 ? only : remember(run.map(({ id }) => id).join(' '), () => run.reduceRight((rest, part) => ({ ...join(part, rest), id: -1 }))));
        }
        parts = runs;
      }
      return parts[0];
    },
    clear() {
      known.clear();
    },
  };
}

/** Two segments one after the other. */
export function joined(first: Part, second: Part, context: RulesetContext): Part {
  if (first.rule !== undefined) context.progress?.(first.rule);
  const { bdd } = context;
  const leaves = first.leaves || second.leaves;
  const rule = first.rule === undefined ? {} : { rule: first.rule };
  const whole = (node: number, plain: boolean): Part => ({ node: () => node, plain, leaves, ...rule });
  if (first.above !== undefined) return whole(first.above(second.node()), second.plain);
  if (first.plain) return whole(bdd.graft(first.node(), endNode('return', context), second.node()), second.plain);
  const node = follow(first.node(), 'return', second.node(), context);
  return whole(node, returnsPlainly(node, context));
}
