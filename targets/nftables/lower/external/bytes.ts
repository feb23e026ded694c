import { reaches } from '../../../../src/ir/index.js';
import { match, type Expression } from '../../ast.js';
import { lowerPredicate } from '../condition.js';
import { refuse } from '../context.js';
import { payload } from '../fields.js';
import { any, constant, direct, fails } from '../nodes.js';
import type { LowerExternal } from './index.js';

/** The last byte that the kernel loads. */
const last = 255;

/** A load from behind the packet's end breaks off, and the rule does not hold. */
export const bytes: LowerExternal<'bytes'> = ({ offset, size, mask, intervals }, negated, context, source) => {
  if (offset + size - 1 > last) {
    refuse(context, `a test of byte ${offset + size - 1} of the packet`, `the kernel's own loads for nft end at byte ${last}`, 'match what stands before it: `@nh,160,16 0x50`', source);
    return constant(false);
  }
  const word: Expression = payload('nh', offset * 8, size * 8);
  const left: Expression = mask === (1n << BigInt(size * 8)) - 1n ? word : { kind: 'binary', operator: '&', left: word, right: mask };
  const test = direct(match(left, intervals, negated));
  return negated ? any([lowerPredicate(reaches({ offset, size }, context.family), true, context, source), test]) : test;
};

/** What it asks, where that is known. */
export const program: LowerExternal<'program'> = ({ spelled }, negated, context, source) => {
  if (spelled !== undefined) {
    // The opposite of alternatives is as many steps one behind the other, each with alternatives of its own.
    const many = spelled.kind === 'or' || (spelled.kind === 'and' && spelled.operands.some(({ kind }) => kind === 'or'));
    return negated && many ? fails(lowerPredicate(spelled, false, context, source)) : lowerPredicate(spelled, negated, context, source);
  }
  const hint = 'say its tests by hand: `@nh,72,8 6`, `ip saddr`, `udp dport`, or attach the program itself with tc or XDP';
  refuse(context, 'a program over the packet', 'nft runs none, and it asks more than a few bytes at places that are known', hint, source);
  return constant(false);
};
