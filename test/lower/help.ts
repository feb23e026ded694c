import type { Program } from '../../src/ir/index.js';
import { clampMss, type LivePacket } from '../../src/stack/index.js';
import { lookup } from '../../targets/interpreter/sets.js';
import type { Help } from './evaluate.js';
import { layout } from './reading.js';

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
    clampMss: (packet: LivePacket, mss, host) => (layout(packet.family, packet.bytes).fragmentOffset !== 0 || clampMss(packet, mss, host) ? 'continue' : 'drop'),
  };
}
