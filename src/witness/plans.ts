import type { CtState, Family } from '../ir/index.js';
import type { Arrival, Way } from '../symbolic/index.js';
import { answering, type Hint } from './hints.js';
import { icmpOf, type Plan, type Start } from './preferences.js';

export const startOf: { readonly [W in Way]: Start } = { delivered: 'wire', forwarded: 'wire', sent: 'local', looped: 'loopback' };

const states: readonly CtState[] = ['NEW', 'INVALID', 'ESTABLISHED', 'RELATED', 'UNTRACKED'];

/** Likings in the order in which they are tried: the plainest first, then state, protocol and flags by turns, then everything else. */
export function* plansFor(family: Family, arrivals: readonly Arrival[], hints: () => readonly Hint[]): Generator<Plan> {
  const protocols = [6, 17, icmpOf(family), 132, 50, 51, 47, 136, 2, 33];
  const flags = [0x02, 0x10, 0x12, 0x18, 0x04, 0x00, 0x29, 0x11];
  const front = <T>(list: readonly T[], at: number): readonly T[] => [...list.slice(at, at + 1), ...list.slice(0, at), ...list.slice(at + 1)];
  for (let strangeness = 0; strangeness < 16; strangeness++) {
    // Likenesses of what is accepted come when the plainest have failed.
    if (strangeness === 2) {
      const likenesses = hints();
      for (const arrival of arrivals) {
        const start = startOf[arrival.way];
        for (const hint of likenesses) for (const like of [hint, answering(hint)]) yield { arrival, start, states: ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'], protocols: front(protocols, 0), flags: [], turn: 0, hint: like };
      }
    }
    for (const arrival of arrivals) {
      const start = startOf[arrival.way];
      for (let state = 0; state < Math.min(states.length, strangeness + 1); state++) {
        for (let protocol = 0; protocol < Math.min(protocols.length, strangeness - state + 1); protocol++) {
          const turn = strangeness - state - protocol;
          // Without a wish of its own, each state has its flags.
          yield { arrival, start, states: front(states, state), protocols: front(protocols, protocol), flags: turn === 0 ? [] : front(flags, turn % flags.length), turn };
        }
      }
    }
  }
}
