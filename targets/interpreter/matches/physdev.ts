import type { MatchMeaning } from '../evaluation.js';

/** No packet here has crossed a bridge: it holds where every test is inverted (Linux 6.18). */
export const physdev: MatchMeaning<'physdev'> = ({ isIn, inInterface, isOut, outInterface, isBridged }) => {
  const holds = [isIn, inInterface, isOut, outInterface, isBridged].every((option) => option === undefined || option.negated);
  return () => holds;
};
