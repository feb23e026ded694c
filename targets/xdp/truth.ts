import type { Expression } from './ast.js';
import { all, any, no, not, yes } from './build.js';

/**
 * What is known of a predicate at XDP: `must` is true when it surely holds, `may` when it may hold. Where the frame decides it
 * the two are one expression; `because` says what else would have to be known.
 */
export interface Truth {
  readonly must: Expression;
  readonly may: Expression;
  readonly because?: string;
}

export const decided = (expression: Expression): Truth => ({ must: expression, may: expression });
export const always = decided(yes);
export const never = decided(no);
export const unknown = (because: string): Truth => ({ must: no, may: yes, because });

export const isDecided = (truth: Truth): boolean =>
  truth.must === truth.may || (truth.must.kind === 'truth' && truth.may.kind === 'truth' && truth.must.value === truth.may.value);

export const negate = (truth: Truth): Truth => (isDecided(truth) ? decided(not(truth.must)) : { ...truth, must: not(truth.may), may: not(truth.must) });

export const both = (parts: readonly Truth[]): Truth => merge(parts, all);
export const either = (parts: readonly Truth[]): Truth => merge(parts, any);

function merge(parts: readonly Truth[], join: (operands: readonly Expression[]) => Expression): Truth {
  const must = join(parts.map((part) => part.must));
  const open = parts.find((part) => !isDecided(part));
  if (open === undefined) return decided(must);
  const merged = { must, may: join(parts.map((part) => part.may)), because: open.because ?? 'more than the frame' };
  return isDecided(merged) ? decided(must) : merged;
}
