import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const dccp: LowerMatch<'dccp'> = (match) => [
  refuse(
    'dccp',
    'DCCP headers are not carried yet',
    match.source,
    'nft can say it by hand: `dccp sport 1-1023`, `dccp type {request, response}`; its options cannot be said',
  ),
];
