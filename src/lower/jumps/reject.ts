import type { LowerJump } from './lower-jump.js';

export const reject: LowerJump<'reject'> = (jump) => ({ kind: 'reject', with: jump.with });
