import type { Statement } from '../ast.js';

/**
 * A predicate in the terms of nft. `direct`: statements in a row, false when one of them cannot read what it wants. `fails`: true
 * where the inner condition is not, which nft has no word for. `stateful`: must run once, in its place; with `fails` it holds where the
 * statement breaks off. Nothing is negated any more.
 */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Condition[] }
  | { readonly kind: 'direct'; readonly statements: readonly Statement[] }
  | { readonly kind: 'stateful'; readonly statement: Statement; readonly fails?: true }
  | { readonly kind: 'fails'; readonly condition: Condition };

export const direct = (...statements: readonly Statement[]): Condition => ({ kind: 'direct', statements });
export const constant = (value: boolean): Condition => ({ kind: 'constant', value });

export function all(parts: readonly Condition[]): Condition {
  return combine('all', parts);
}

export function any(parts: readonly Condition[]): Condition {
  return combine('any', parts);
}

function combine(kind: 'all' | 'any', parts: readonly Condition[]): Condition {
  const neutral = kind === 'all';
  const kept: Condition[] = [];
  for (const part of parts) {
    if (part.kind === 'constant') {
      if (part.value !== neutral) return part;
    } else if (part.kind === kind) {
      kept.push(...part.parts);
    } else {
      kept.push(part);
    }
  }
  const [only] = kept;
  if (only === undefined) return constant(neutral);
  return kept.length === 1 ? only : { kind, parts: kept };
}

export const fails = (condition: Condition): Condition => (condition.kind === 'constant' ? constant(!condition.value) : { kind: 'fails', condition });
