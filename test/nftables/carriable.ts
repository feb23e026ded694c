import { lower } from '../../src/lower/index.js';
import type { AssumptionId } from '../../src/ir/index.js';
import { nftables } from '../../targets/nftables/index.js';
import type { Compiled } from '../../targets/target.js';
import type { GeneratedProgram } from '../generators/ruleset.js';
import { without } from '../equivalence/shrink.js';

export interface Carried {
  readonly generated: GeneratedProgram;
  readonly compiled: Compiled;
  /** Rules left out because nft refused them. */
  readonly refused: number;
}

/** The rules of a generated set that nft takes, and what they become: refused rules are left out until none is refused. */
export function carriable(generated: GeneratedProgram, strict: boolean, assume: readonly AssumptionId[] = []): Carried {
  const removed = new Set<number>();
  for (;;) {
    const smaller = without(generated, removed);
    const compiled = nftables.compile(lower(smaller.program).value, { strict, assume });
    if (compiled.text !== undefined) return { generated: smaller, compiled, refused: removed.size };
    const before = removed.size;
    for (const { severity, line } of compiled.diagnostics) if (severity === 'error') removed.add(line);
    if (removed.size === before) throw new Error(`refused without a line: ${JSON.stringify(compiled.diagnostics)}`);
  }
}
