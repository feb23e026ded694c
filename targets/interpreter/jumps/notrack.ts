import type { Effect, JumpMeaning } from '../evaluation.js';

/** Ignored where something is attached already (a loop-back, an earlier CT). */
export const untrack: Effect = ({ packet }) => {
  if (packet.connection === undefined && packet.state !== 'UNTRACKED') {
    packet.notrack = true;
    packet.state = 'UNTRACKED';
  }
  return undefined;
};

export const notrack: JumpMeaning<'notrack'> = () => untrack;
