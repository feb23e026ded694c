import type { Conditions, Jump, Match, Source } from '../../src/ir/index.js';

/** A node and the words `iptables-save` would print for it, behind `-m NAME` or `-j NAME`. */
export interface Drawn<T> {
  readonly node: T;
  readonly name: string;
  readonly words: string;
}

/** A rule before it stands on a line. */
export interface DraftRule {
  readonly conditions: Drawn<Conditions>;
  readonly matches: readonly Drawn<Match>[];
  /** `name` is what `-j` or `-g` takes. */
  readonly jump?: Drawn<Jump>;
}

export const nowhere: Source = { line: 0, column: 0, endColumn: 0 };

export const not = (negated: boolean): string => (negated ? ' !' : '');

export const hex = (value: number, digits = 0): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** `5`, or `5:9`. */
export const rangeWords = (range: { readonly min: number; readonly max: number }): string => (range.min === range.max ? String(range.min) : `${range.min}:${range.max}`);
