import type { ChainJump, GotoJump } from '../../ir/index.js';
import type { LowerJump } from './lower-jump.js';

export const accept: LowerJump<'accept'> = () => ({ kind: 'accept' });
export const drop: LowerJump<'drop'> = () => ({ kind: 'drop' });
export const returns: LowerJump<'return'> = () => ({ kind: 'return' });
export const chain: LowerJump<'chain'> = (jump: ChainJump) => ({ kind: 'jump', chain: jump.chain });
export const goto: LowerJump<'goto'> = (jump: GotoJump) => ({ kind: 'goto', chain: jump.chain });
