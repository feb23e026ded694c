import type { CoreChain, CoreRule } from '../ir/index.js';
import { isStateful } from '../ir/predicate.js';
import type { ChainDiagrams } from './chain.js';
import type { RulesetContext } from './context.js';
import { endNode, touchesNothing } from './sequence.js';

/** A chain of one side, with what turns it into diagrams. */
export interface Place {
  readonly chain: CoreChain;
  readonly diagrams: ChainDiagrams;
}

/** Two chains, right within the region alone; outside they are the same. */
export interface AlikeBut {
  readonly nodes: readonly [number, number];
  readonly region: number;
}

/** Of the rules of a chain, those that may be left over for a comparison of a few to pay. */
const fewRules = 0.2;

/**
 * Two base chains that have most rules in common, in the same order: a packet that none of the other rules acts on meets the same rules on
 * both sides. So only the packets that one of them does act on are looked at, and of the common rules only those that may act on
 * such a packet; the others need no diagram at all. Undefined where the chains have too little in common, or where rules change what
 * later rules see.
 */
export function alikeBut(left: Place, right: Place, context: RulesetContext, turn: (side: 'left' | 'right') => void): AlikeBut | undefined {
  const { bdd } = context;
  const sides = [left, right].map(({ chain, diagrams }, index) => {
    turn(index === 0 ? 'left' : 'right');
    return { chain, diagrams, rules: chain.rules, keys: chain.rules.map(diagrams.key) };
  });
  const [one, other] = sides;
  if (one === undefined || other === undefined || one.chain.base?.policy !== other.chain.base?.policy) return undefined;
  const own = apart(one.keys, other.keys);
  if (own.left.size + own.right.size > fewRules * (one.rules.length + other.rules.length)) return undefined;
  if (sides.some(({ rules, diagrams }) => rules.some((rule) => !isPure(rule, diagrams, context)))) return undefined;
  const returned = endNode('return', context);
  const acting = ({ rules, diagrams }: (typeof sides)[number], of: ReadonlySet<number>): number =>
    rules.reduce((region, rule, index) => (of.has(index) ? bdd.or(region, bdd.differs(diagrams.rule(rule), returned)) : region), 0);
  const region = bdd.or(acting(one, own.left), acting(other, own.right));
  const within = ({ chain, rules, diagrams }: (typeof sides)[number]): number => diagrams.only(chain, rules.filter((rule) => diagrams.mayAct(rule, region)));
  return { nodes: [within(one), within(other)], region };
}

/** Nothing that the rule does is seen by rules behind it. */
function isPure({ steps, action }: CoreRule, diagrams: ChainDiagrams, context: RulesetContext): boolean {
  // A test that no predicate says may have a state.
  if (steps.some((step) => step.kind === 'refuse' || isStateful(step.predicate))) return false;
  switch (action.kind) {
    case 'continue':
    case 'accept':
    case 'drop':
    case 'reject':
    case 'return':
    case 'log':
    case 'nflog':
      return true;
    case 'jump':
    case 'goto':
      return touchesNothing(diagrams.chain(action.chain), context);
    default:
      return false;
  }
}

/** Most pairs of rules in the middle part that are compared one by one. */
const mostPairs = 4_000_000;

/** Which places of two lists have no counterpart in the other, when as many as can be are paired in order. */
function apart(left: readonly string[], right: readonly string[]): { readonly left: ReadonlySet<number>; readonly right: ReadonlySet<number> } {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const [rows, columns] = [left.length - start - end, right.length - start - end];
  const range = (count: number): Set<number> => new Set(Array.from({ length: count }, (_, index) => start + index));
  const only = { left: range(rows), right: range(columns) };
  if (rows === 0 || columns === 0 || rows * columns > mostPairs) return only;
  // The longest common subsequence of what is between, from the end.
  const width = columns + 1;
  const longest = new Uint16Array((rows + 1) * width);
  const at = (row: number, column: number): number => longest[row * width + column] ?? 0;
  const same = (row: number, column: number): boolean => left[start + row] === right[start + column];
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      longest[row * width + column] = same(row, column) ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    if (same(row, column)) {
      only.left.delete(start + row++);
      only.right.delete(start + column++);
    } else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return only;
}
