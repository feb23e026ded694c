import type { MatchMeaning } from '../evaluation.js';
import { optionsHeader } from './options-header.js';

export const hbh: MatchMeaning<'hbh'> = ({ length, options }) => optionsHeader(0, length, options);
