import type { LowerMatch } from '../context.js';
import { not } from '../predicates.js';
import { external, test } from '../steps.js';

/** Sockets that listen on every address do not count, unless `--nowildcard` says that they do. What `--restore-skmark` does is a rule of its own: `restored-mark.ts`. */
export const socket: LowerMatch<'socket'> = ({ transparent, nowildcard, source }) => [
  test(external({ kind: 'open-socket', what: transparent === true ? 'transparent' : 'any' }), source),
  ...(nowildcard === true ? [] : [test(not(external({ kind: 'open-socket', what: 'wildcard' })), source)]),
];
