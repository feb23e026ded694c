import { type Family, type Hook, hooks } from '../ir/index.js';
import { emitSmt, NotInSmt } from '../symbolic/smt.js';
import { spelledOut } from './spelled.js';
import { emptySide, type Input } from './sides.js';
import type { VerifyOptions } from './verify.js';

/** The questions of a comparison for another solver, and those that could not be written. */
export interface SmtQuestions {
  readonly text: string;
  readonly omitted: readonly { readonly family: Family; readonly hook: Hook; readonly reason: string }[];
}

/** SMT-LIB: one question for each family and hook, each behind an `echo` of its name; `sat` where the sides differ. */
export function smtQuestions(left: Input, right: Input, { assume = [], only, ignoreLogs = false }: VerifyOptions): SmtQuestions {
  const parts: string[] = [];
  const omitted: { readonly family: Family; readonly hook: Hook; readonly reason: string }[] = [];
  for (const family of ([4, 6] as const).filter((one) => left.speaksOf.includes(one) && right.speaksOf.includes(one))) {
    const sides = [left, right].map((input) => input.sides.find(({ core }) => core.family === family));
    if (sides.every((side) => side === undefined)) continue;
    const [one = emptySide(family, left.file), other = emptySide(family, right.file)] = sides;
    for (const hook of hooks.filter((name) => only?.includes(name) !== false)) {
      try {
        const text = emitSmt(spelledOut(one.core, one.sets, assume), spelledOut(other.core, other.sets, assume), hook, { assume, ignoreLogs });
        parts.push(`(echo "IPv${family} ${hook}")\n${text}`);
      } catch (error) {
        if (!(error instanceof NotInSmt)) throw error;
        omitted.push({ family, hook, reason: error.message });
      }
    }
  }
  return { text: parts.join('(reset)\n'), omitted };
}
