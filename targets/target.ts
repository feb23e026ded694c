import type { AssumptionId, CoreProgram } from '../src/ir/index.js';
import type { Diagnostic } from '../src/diagnostics/index.js';

/** What every compile target offers. Nothing here touches files: text goes out, the command line writes it. */
export interface Target<O extends TargetOptions> {
  readonly name: string;
  /** One sentence for `--help`. */
  readonly description: string;
  compile(program: CoreProgram, options: O): Compiled;
}

export interface TargetOptions {
  /** No assumption may be used, save those in `assume`: the output carries the guards, or the rule is refused. */
  readonly strict: boolean;
  /** Assumptions that the caller accepts by name: the only way to an opt-in one (`isOptIn`). */
  readonly assume: readonly AssumptionId[];
}

/**
 * `text` is absent when a rule could not be carried: then `diagnostics` holds an error for each such rule. `assumptions` are
 * those the text relies on, in the order of the catalogue.
 */
export interface Compiled {
  readonly text?: string;
  readonly assumptions: readonly AssumptionId[];
  readonly diagnostics: readonly Diagnostic[];
}
