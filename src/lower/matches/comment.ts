import type { LowerMatch } from '../context.js';

/** Tests nothing; the text goes to the rule's `comments`. */
export const comment: LowerMatch<'comment'> = () => [];
