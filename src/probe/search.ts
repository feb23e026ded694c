import type { Aim } from './aims/index.js';
import { applyEdit, type Draft } from './draft.js';
import type { Random } from './random.js';

/** What a search came to. `met`: every wanted condition holds; `clear`: and nothing turns the packet away before. */
export interface Found {
  readonly draft: Draft;
  readonly met: boolean;
  readonly clear: boolean;
}

/**
 * Looks for a draft that meets all of `wanted` and none of `blockers` (each a list of conditions that must not all hold), by mending
 * one failed condition at a time. Small and local on purpose: it finds what rule sets written by people ask for.
 */
export function search(start: Draft, wanted: readonly Aim[], blockers: readonly (readonly Aim[])[], random: Random, rounds: number): Found {
  let draft = start;
  let best: Draft | undefined;
  for (let round = 0; round < rounds; round++) {
    const failed = wanted.filter((aim) => !aim.holds(draft));
    if (failed.length > 0) {
      const mendable = failed.filter((aim) => aim.inside.length > 0);
      if (mendable.length < failed.length) break;
      const aim = random.chance(0.8) ? mendable[0] : random.pick(mendable);
      if (aim === undefined) break;
      draft = mend(draft, aim, random);
      continue;
    }
    const blocker = blockers.find((aims) => aims.every((aim) => aim.holds(draft)));
    if (blocker === undefined) return { draft, met: true, clear: true };
    best ??= draft;
    const ways = blocker.filter((aim) => aim.outside.length > 0);
    if (ways.length === 0) break;
    draft = applyEdit(draft, random.pick(random.pick(ways).outside));
  }
  if (best !== undefined) return { draft: best, met: true, clear: false };
  return { draft, met: wanted.every((aim) => aim.holds(draft)), clear: false };
}

/** The first edit after which the condition holds, tried in order and now and then from somewhere else. */
function mend(draft: Draft, aim: Aim, random: Random): Draft {
  const start = random.chance(0.6) ? 0 : random.below(aim.inside.length);
  for (let step = 0; step < aim.inside.length; step++) {
    const edit = aim.inside[(start + step) % aim.inside.length];
    if (edit === undefined) continue;
    const next = applyEdit(draft, edit);
    if (aim.holds(next)) return next;
  }
  return applyEdit(draft, random.pick(aim.inside));
}
