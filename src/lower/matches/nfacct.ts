import type { LowerMatch } from '../context.js';
import { external, test } from '../steps.js';

export const nfacct: LowerMatch<'nfacct'> = ({ name, source }) => [test(external({ kind: 'account', name }), source, 'accounts-without-quota')];
