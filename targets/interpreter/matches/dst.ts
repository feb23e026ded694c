import type { MatchMeaning } from '../evaluation.js';
import { optionsHeader } from './options-header.js';

export const dst: MatchMeaning<'dst'> = ({ length, options }) => optionsHeader(60, length, options);
