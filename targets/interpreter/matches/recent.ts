import { destinationOf, sourceOf, ttlOf } from '../../../src/stack/index.js';
import type { Evaluation, MatchMeaning } from '../evaluation.js';
import { add, lookUp, reap, refresh, seenOften, stampsFor } from '../recent-list.js';

/** TTL as it was before this host forwarded the packet. */
function arrivalTtl({ packet }: Evaluation): number {
  const forwarded = packet.outInterface !== undefined && packet.socket === undefined;
  return ttlOf(packet) + (forwarded ? 1 : 0);
}

/** As xt_recent does it (Linux 6.18): `!` turns the answer around, what is remembered stays, and `--update` remembers where the turned answer holds. */
export const recent: MatchMeaning<'recent'> = ({ action, seconds, reap: forgets, hitcount, rttl, name, mask, address }, { family, runtime }) => {
  const list = runtime.recentList(name, mask, stampsFor(hitcount));
  const addressOf = address === 'source' ? sourceOf : destinationOf;
  return (evaluation) => {
    const { packet } = evaluation;
    const sight = { address: addressOf(packet.bytes, family) & list.mask, ttl: arrivalTtl(evaluation), now: packet.time };
    const entry = lookUp(list, sight.address, rttl === true ? sight.ttl : 0);
    if (entry === undefined) {
      if (action.value !== 'set') return action.negated;
      add(list, sight);
      return !action.negated;
    }
    if (action.value === 'remove') {
      list.entries.delete(sight.address);
      return !action.negated;
    }
    const since = seconds === undefined ? undefined : packet.time - seconds;
    const holds = (action.value === 'set' || seenOften(entry, since, hitcount ?? 1)) !== action.negated;
    if (forgets === true && since !== undefined) reap(list, since);
    if (action.value === 'set' || (action.value === 'update' && holds)) refresh(list, entry, sight);
    return holds;
  };
};
