import type { LowerMatch } from '../context.js';
import { refuse, test } from '../steps.js';

/** Seconds of credit that the kernel can count: in 32 bits, 32000 units a second on kernels of 250 and 1000 Hz. */
const creditSeconds = Math.floor(2 ** 32 / 32_000);

export const limit: LowerMatch<'limit'> = ({ interval, burst, source }) =>
  (interval / 10_000) * burst >= creditSeconds
    ? [refuse('limit', `--limit-burst ${burst} at this rate: the kernel counts its credit in 32 bits, which wrap beyond 37 hours, and the rule lets through fewer packets than it says`, source, 'lower --limit-burst, or raise --limit')]
    : [test({ kind: 'limit', identity: `limit ${interval}/10000s burst ${burst}`, interval, burst }, source)];
