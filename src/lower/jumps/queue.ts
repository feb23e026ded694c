import type { LowerJump } from './lower-jump.js';

/** The queue numbered 0. */
export const queue: LowerJump<'queue'> = ({ source }) => ({ kind: 'outside', jump: { kind: 'nfqueue', source, queue: { min: 0, max: 0 } } });
