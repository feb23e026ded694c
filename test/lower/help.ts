import type { Program } from '../../src/ir/index.js';
import { lookup } from '../../targets/interpreter/sets.js';
import { plainHelp, type Help } from '../../src/evaluate/index.js';

/** Sets and TCP options as the interpreter has them: lowering hands both through untouched. */
export function interpretersHelp(program: Program): Help {
  const sets = new Map(program.sets.map((set) => [set.name, set]));
  const lookups = new Map(program.sets.map((set) => [set.name, lookup(set, sets)]));
  return {
    inSet(name, dimensions, nomatch, packet) {
      const find = lookups.get(name);
      if (find === undefined) throw new Error(`no set ${name}`);
      return find(packet, dimensions, nomatch);
    },
    clampMss: plainHelp.clampMss,
  };
}
