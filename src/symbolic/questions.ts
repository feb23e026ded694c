import { externalIdentity, externalKey, type Action, type Hook, type Interval, type Predicate, type Step } from '../ir/index.js';
import type { StatefulLeaf } from '../ir/predicate.js';
import type { Bdd } from './bdd.js';
import { intervalsNode } from './interval.js';
import type { Layout } from './layout.js';
import { type Effect, nothingWritten, type Through, type Written, writtenInSequence, writtenKey } from './outcome.js';

/** Fields that a question looks at, so that its answer may change when rules write one of them. */
export type LooksAt = 'nothing' | 'everything' | readonly string[];

/** A test that has variables of its own: the proof does not look into it. */
export interface Question {
  readonly key: string;
  readonly bits: number;
  readonly looksAt: LooksAt;
  /** What is asked, where a rule asks it. */
  readonly about?: Predicate | Extract<Step, { readonly kind: 'refuse' }> | Extract<Action, { readonly kind: 'outside' }>;
  /** The answer, as a number, lies here. */
  readonly within?: Interval;
}

/**
 * The variables of questions, each with the circumstances in which it is asked. The same question is the same variable only while
 * nothing that it looks at has been written in between; and one with a state of its own is another question when it is asked again.
 */
export interface Questions {
  /** The variables of a question, asked of the packet as it came. `levels`: where the layout has placed them. */
  levels(question: Question, placed?: readonly number[]): readonly number[];
  /**
   * What takes the place of questions' variables behind a writing, and behind having asked some (by key: how often). Only of those
   * that are asked: `levels` says which variables are, and is called where any may change.
   */
  behind(written: Written, asked: ReadonlyMap<string, number>, levels: () => ReadonlySet<number>): ReadonlyMap<number, number>;
  /** What answers can be, as a boolean diagram. */
  possible(): number;
  /** All that have been asked so far. */
  asked(): readonly AskedQuestion[];
}

/** A question in the circumstances in which it is asked. */
export interface AskedQuestion {
  readonly question: Question;
  /** What was written before, as far as the question looks at it. */
  readonly written: Written;
  /** How often the packet has been asked before, where there is a state. */
  readonly again: number;
  readonly levels: readonly number[];
}

export function createQuestions(bdd: Bdd, layout: Layout, throughOf: (written: Written) => Through): Questions {
  const variants = new Map<string, AskedQuestion>();
  const writings = new Map<string, number>();
  const ordinal = (written: Written): number => {
    const key = writtenKey(written);
    const known = writings.get(key) ?? writings.size + 1;
    writings.set(key, known);
    return known;
  };
  const variant = (question: Question, written: Written, again: number, placed?: readonly number[]): AskedQuestion => {
    const changed = Object.keys(written).length > 0;
    const name = `${question.key}${again === 0 ? '' : ` (asked again, ${again})`}${changed ? ` (after writing ${ordinal(written)})` : ''}`;
    const known = variants.get(name);
    if (known !== undefined) return known;
    const fresh = { question, written, again, levels: placed ?? layout.question(name, question.bits) };
    variants.set(name, fresh);
    return fresh;
  };
  return {
    levels: (question, placed) => variant(question, nothingWritten, 0, placed).levels,
    behind(written, asked, present) {
      const substitution = new Map<number, number>();
      let there: ReadonlySet<number> | undefined;
      for (const { question, written: later, again, levels } of [...variants.values()]) {
        const seen = lookedAt(written, question.looksAt);
        const times = asked.get(question.key) ?? 0;
        if (times === 0 && Object.keys(seen).length === 0) continue;
        const asks = (there ??= present());
        if (!levels.some((level) => asks.has(level))) continue;
        const moved = variant(question, writtenInSequence(seen, later, throughOf(written), bdd, layout), again + times);
        levels.forEach((level, index) => substitution.set(level, bdd.variable(moved.levels[index] ?? -1)));
      }
      return substitution;
    },
    asked: () => [...variants.values()],
    possible: () =>
      [...variants.values()].reduce((all, { question: { within, bits }, levels }) => (within === undefined ? all : bdd.and(all, intervalsNode(bdd, levels, (1n << BigInt(bits)) - 1n, [within]))), 1),
  };
}

function lookedAt(written: Written, looksAt: LooksAt): Written {
  if (looksAt === 'everything') return written;
  if (looksAt === 'nothing') return nothingWritten;
  return Object.fromEntries(Object.entries(written).filter(([field]) => looksAt.includes(field)));
}

/** How often each question with a state has been asked on the way to an outcome. */
export function askedIn(effects: readonly Effect[]): ReadonlyMap<string, number> {
  const asked = new Map<string, number>();
  for (const { kind, text } of effects) if (kind === 'ask') asked.set(text, (asked.get(text) ?? 0) + 1);
  return asked;
}

/** Tests by a packet's own content and the host's settings: asked twice they say the same. What is not listed may have a state. */
const stateless: ReadonlySet<string> = new Set([
  'bpf', 'cgroup', 'cluster', 'connlabel', 'connlimit', 'cpu', 'dccp', 'devgroup', 'dst', 'eui64', 'frag', 'hbh', 'helper', 'ipcomp', 'ipv6header', 'mh', 'osf', 'physdev', 'policy', 'realm', 'rpfilter',
  'rt', 'socket', 'srh', 'string', 'time', 'u32',
]);

export const hasState = (extension: string): boolean => !stateless.has(extension);

export const stateText = (test: StatefulLeaf): string => (test.kind === 'external' ? externalKey(test.test) : `${test.kind} ${test.identity}`);

export const refusedText = ({ identity, extension }: Extract<Step | Action, { readonly kind: 'refuse' }>): string => `refused ${identity ?? extension}`;

/** What something outside answers to a jump, or makes of the packet. */
export const outsideText = ({ jump }: Extract<Action, { readonly kind: 'outside' }>): string => `outside ${externalIdentity(jump)}`;

export const unknownText = (action: Extract<Action, { readonly kind: 'refuse' }>): string => `what ${action.identity ?? action.extension} writes`;

/** A state is asked at one hook at a time; a packet that comes to the next one asks it anew. */
export const stateKey = (name: string, hook: Hook): string => `${name} in ${hook}`;
