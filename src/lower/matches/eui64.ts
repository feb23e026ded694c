import type { LowerMatch } from '../context.js';
import { external, test } from '../steps.js';

export const eui64: LowerMatch<'eui64'> = ({ source }) => [test(external({ kind: 'eui64' }), source)];
