import type { Program } from '../../src/ir/index.js';
import { createLiveSets } from '../../targets/interpreter/sets.js';
import { plainHelp, type Help } from '../../src/evaluate/index.js';

/** Sets and TCP options as the interpreter has them: lowering hands both through untouched. */
export function interpretersHelp(program: Program): Help {
  const sets = createLiveSets(program.sets);
  return {
    inSet(name, dimensions, nomatch, packet) {
      const live = sets.find(name);
      if (live === undefined) throw new Error(`no set ${name}`);
      return live.test(packet, { directions: dimensions, ...(nomatch ? { returnNomatch: true } : {}) }) !== 'none';
    },
    clampMss: plainHelp.clampMss,
  };
}
