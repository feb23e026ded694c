import { opaque, type MatchMeaning } from '../evaluation.js';
import { needsMachine, runClassic } from '../classic-bpf.js';

/** Classic programs are run; a pinned one is known to its machine only. */
export const bpf: MatchMeaning<'bpf'> = ({ program }) => {
  if (program.kind === 'pinned') return opaque('whose program is pinned on another machine');
  const { instructions } = program;
  if (needsMachine(instructions)) return opaque('whose program asks for what no packet holds');
  return ({ packet }) => runClassic(instructions, packet.bytes) !== 0;
};
