import type { LivePacket } from '../../../src/stack/index.js';
import type { Effect, JumpMeaning } from '../evaluation.js';

/** Something is attached already: a connection, a template, the mark of an untracked packet, or of an answer about one. */
export const isAttached = ({ connection, state, halfAttached }: LivePacket): boolean => connection !== undefined || state === 'UNTRACKED' || halfAttached === true;

/** Ignored where something is attached already (a loop-back, an earlier CT). */
export const untrack: Effect = ({ packet }) => {
  if (!isAttached(packet)) {
    packet.notrack = true;
    packet.state = 'UNTRACKED';
  }
  return undefined;
};

export const notrack: JumpMeaning<'notrack'> = () => untrack;
