import type { Predicate } from '../ir/index.js';

/** What the stateful tests remember, each on its own. */
export type Draws = Map<Predicate, { credit: number; time: number } | { count: number }>;

type Drawn = Extract<Predicate, { readonly kind: 'limit' | 'random' | 'nth' }>;

/** Credits are 1/10000 s; a new limit is full. */
export function draw(draws: Draws, predicate: Drawn, time: number, chance: () => boolean): boolean {
  switch (predicate.kind) {
    case 'random':
      return chance();
    case 'nth': {
      const state = draws.get(predicate) ?? { count: 0 };
      if (!('count' in state)) throw new Error('a count was expected');
      draws.set(predicate, { count: state.count + 1 });
      return state.count % predicate.every === predicate.packet;
    }
    case 'limit': {
      const full = predicate.interval * predicate.burst;
      const state = draws.get(predicate) ?? { credit: full, time };
      if (!('credit' in state)) throw new Error('a credit was expected');
      const credit = Math.min(full, state.credit + (time - state.time) * 10000);
      const passes = credit >= predicate.interval;
      draws.set(predicate, { credit: passes ? credit - predicate.interval : credit, time });
      return passes;
    }
  }
}
