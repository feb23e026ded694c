import type { Outcome } from '../../symbolic/outcome.js';

/** What a hook does, told by the diagrams alone. */
export function outcomeWords({ ending, effects, written }: Outcome): string {
  const verdict = ending === 'accept' || ending === 'return' ? 'accepted' : ending === 'drop' ? 'dropped' : `rejected with ${ending.slice('reject '.length)}`;
  const done = effects.flatMap((effect) => ('kind' in effect && effect.kind === 'ask' ? [] : [effect.text]));
  const fields = Object.keys(written);
  return [verdict, ...done, ...(fields.length === 0 ? [] : [`${fields.join(', ')} written`])].join(', ');
}
