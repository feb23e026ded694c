import type { JumpMeaning } from '../evaluation.js';

export const reject: JumpMeaning<'reject'> = (jump) => () => ({ kind: 'reject', with: jump.with });
