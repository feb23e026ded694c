import type { LowerMatch } from '../context.js';
import { optionsHeader } from './hbh.js';

export const dst: LowerMatch<'dst'> = (match, context) => optionsHeader('destination-options', match, context);
