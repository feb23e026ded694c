import type { Family, TraceStep } from '../../ir/index.js';
import type { Difference, Judgement, Side } from '../result.js';
import { emptySide, type Input } from '../sides.js';

/** Where a step stands: for a person, and as the formats want it. */
export interface Place {
  readonly file: string;
  /** Absent where its file has no lines of rules. */
  readonly line?: number;
  /** `filter INPUT rule 3`, `filter INPUT policy`. */
  readonly name: string;
  readonly text?: string;
}

export function placeOf(step: TraceStep, side: Side): Place {
  const name = `${step.table} ${step.chain} ${step.rule === 0 ? 'policy' : `rule ${step.rule}`}`;
  const text = side.ruleText(step);
  const handle = side.numbering === 'handle' && step.rule > 0 ? `${name} (handle ${step.line})` : name;
  return { file: side.file, ...(side.numbering === 'line' && step.line > 0 ? { line: step.line } : {}), name: handle, ...(text === undefined ? {} : { text }) };
}

/** Where the rule stands that settled it; undefined where no rule was asked. */
export const decidedAt = ({ deciding }: Judgement, side: Side): Place | undefined => (deciding === undefined ? undefined : placeOf(deciding, side));

/** `old.rules:7: -A INPUT -j DROP`. */
export function placeText({ file, line, name, text }: Place): string {
  const where = line === undefined ? `${file}: ${name}` : `${file}:${line}`;
  return text === undefined ? (line === undefined ? where : `${where}: ${name}`) : `${where}: ${text}`;
}

/** The two inputs of a report, to look rules up in. */
export interface Inputs {
  readonly left: Input;
  readonly right: Input;
}

export const sideFor = (input: Input, family: Family): Side => input.sides.find(({ core }) => core.family === family) ?? emptySide(family, input.file);

export const sidesOf = ({ family }: Pick<Difference, 'family'>, { left, right }: Inputs): { readonly left: Side; readonly right: Side } => ({ left: sideFor(left, family), right: sideFor(right, family) });
