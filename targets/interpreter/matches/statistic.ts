import type { MatchMeaning } from '../evaluation.js';

/** `random` draws from the interpreter's seeded stream; `nth` counts the packets that come to the match. */
export const statistic: MatchMeaning<'statistic'> = ({ mode }, { runtime }) => {
  if (mode.kind === 'random') return () => (runtime.random() < mode.probability.value) !== mode.probability.negated;
  const { every, packet } = mode;
  let count = 0;
  runtime.onReset(() => (count = 0));
  return () => {
    const hit = count === packet;
    count = (count + 1) % every.value;
    return hit !== every.negated;
  };
};
