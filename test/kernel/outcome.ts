import { hooks, type Hook, type Outcome } from '../../src/ir/index.js';
import { headerLength4, withId4, withQuotedId4, withTcpChecksum } from './checksum.js';
import type { HookEvent, Sighting } from './judge.js';

const kernelHooks: readonly Hook[] = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] satisfies typeof hooks;

/** One packet's way through the hooks: the judged one, or an answer that the host made on its account. */
interface Journey {
  readonly events: HookEvent[];
}

/**
 * Tells the journeys apart. Hooks are left in the order of a call stack: an answer begins in OUTPUT while the packet that
 * provoked it stands still, and ends before that goes on (which it never does, for it is dropped). What goes to a broadcast or
 * multicast address passes POSTROUTING twice, first as the copy that comes back to this host: of an answer the first counts, of
 * the packet itself the last, which is the one that leaves.
 */
function journeys(sighting: Sighting, local: boolean): readonly Journey[] {
  const main: Journey = { events: [] };
  const all = [main];
  const stack = [main];
  for (const event of sighting.events) {
    if (event.hook === 3 && event.point === 'a' && !(local && main.events.length === 0)) {
      const answer: Journey = { events: [] };
      all.push(answer);
      stack.push(answer);
    }
    const current = stack[stack.length - 1] ?? main;
    if (event.hook === 4 && !mayLeave(current)) continue;
    current.events.push(event);
    if (event.hook === 4 && event.point === 'z' && stack.length > 1) stack.pop();
  }
  return all;
}

/** Has come through FORWARD or OUTPUT. */
function mayLeave({ events }: Journey): boolean {
  const last = events[events.length - 1];
  return last !== undefined && (last.hook === 4 || ((last.hook === 2 || last.hook === 3) && last.point === 'z'));
}

const isLeaving = (event: HookEvent): boolean => event.hook === 4 && event.point === 'z';

/** What became of a packet, from what was seen of it. `path` is empty: the kernel does not tell. */
export function outcomeOf(id: string, local: boolean, sighting: Sighting, interfaceName: (index: number) => string): Outcome {
  const [main, ...answers] = journeys(sighting, local);
  const replies = answers.flatMap((answer) => answer.events.filter(isLeaving).map((event) => replyBytes(event.bytes, sighting.patchedId)));
  const base = { id, replies, path: [] };
  const events = main?.events ?? [];
  const last = events[events.length - 1];
  const stage = last && kernelHooks[last.hook];
  if (!last || !stage) return { ...base, verdict: 'unseen' };
  if (last.point !== 'z') {
    if (last.point === 'a' && (stage === 'PREROUTING' || stage === 'OUTPUT')) return { ...base, verdict: 'held', stage };
    return { ...base, verdict: replies.length > 0 ? 'reject' : 'drop', stage };
  }
  const bytes = sighting.patchedId && last.bytes[5] === 1 && last.bytes[4] === 0 ? withId4(last.bytes, 0) : last.bytes;
  if (stage === 'INPUT') return { ...base, verdict: 'input', mark: last.mark, bytes, ...(local ? { out: 'lo' } : {}) };
  if (stage === 'POSTROUTING') {
    return { ...base, verdict: local ? 'output' : 'forward', out: interfaceName(last.out), mark: last.mark, bytes };
  }
  if (stage === 'PREROUTING' && sighting.reassembly) return { ...base, verdict: 'held', stage };
  return { ...base, verdict: 'lost', stage };
}

function replyBytes(bytes: Uint8Array, patchedId: boolean): Uint8Array {
  const version = (bytes[0] ?? 0) >> 4;
  const protocol = version === 4 ? bytes[9] : bytes[6];
  if (protocol === 6) return withTcpChecksum(bytes);
  const quoted = headerLength4(bytes) + 8;
  if (version === 4 && protocol === 1 && patchedId && bytes[quoted + 4] === 0 && bytes[quoted + 5] === 1) return withQuotedId4(bytes, 0);
  return bytes;
}
