import { socketOf } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

/** A socket that waits at every address does not count without `--nowildcard`. Its mark is taken over only by who has it count. */
export const socket: MatchMeaning<'socket'> = ({ transparent, nowildcard, restoreMark }, { sockets }) => ({ packet }) => {
  const found = socketOf(packet, sockets);
  if (found === undefined || (nowildcard !== true && found.address === 0n) || (transparent === true && found.transparent !== true)) return false;
  if (restoreMark === true) packet.mark = found.mark ?? 0;
  return true;
};
