import type { LowerJump } from './lower-jump.js';

/** `--notrack` wins over every other option. */
export const ct: LowerJump<'ct'> = (jump) => (jump.notrack === true ? { kind: 'notrack' } : { kind: 'ct', ct: jump });
