import type { MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

/** Where no socket sends the packet, only a rule of nothing but `!` holds; the kernel's own socket has no owner. */
export const owner: MatchMeaning<'owner'> = ({ socketExists, uid, gid, supplementaryGroups }) => {
  const plain = (test: { readonly negated: boolean } | undefined): boolean => test !== undefined && !test.negated;
  const ownerless = !plain(uid) && !plain(gid);
  const socketless = ownerless && !plain(socketExists) && supplementaryGroups === undefined;
  return ({ packet }) => {
    if (packet.socket === undefined) return socketless;
    if (socketExists?.negated === true) return false;
    if (packet.socket === 'kernel' || packet.uid === undefined || packet.gid === undefined) return ownerless;
    if (uid !== undefined && inRange(packet.uid, uid.value) === uid.negated) return false;
    if (gid === undefined) return true;
    const groups = [packet.gid, ...(supplementaryGroups === true ? (packet.groups ?? []) : [])];
    return groups.some((group) => inRange(group, gid.value)) !== gid.negated;
  };
};
