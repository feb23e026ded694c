import type { LowerJump } from './lower-jump.js';

export const notrack: LowerJump<'notrack'> = () => ({ kind: 'notrack' });
