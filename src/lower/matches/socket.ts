import type { LowerMatch } from '../context.js';
import { not } from '../predicates.js';
import { external, refuse, test } from '../steps.js';

/** Sockets that listen on every address do not count, unless `--nowildcard` says that they do. */
export const socket: LowerMatch<'socket'> = ({ transparent, nowildcard, restoreMark, source }) => {
  if (restoreMark === true) {
    const tests = ['socket transparent ' + (transparent === true ? '1' : '0-1'), ...(nowildcard === true ? [] : ['socket wildcard 0'])];
    return [refuse('socket', "taking over a socket's mark in the middle of a rule is not carried", source, `nft can say, in a rule of its own: ${tests.join(' ')} meta mark set socket mark`)];
  }
  return [
    test(external({ kind: 'open-socket', what: transparent === true ? 'transparent' : 'any' }), source),
    ...(nowildcard === true ? [] : [test(not(external({ kind: 'open-socket', what: 'wildcard' })), source)]),
  ];
};
