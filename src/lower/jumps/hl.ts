import type { LowerJump } from './lower-jump.js';
import { hopCount } from './ttl.js';

export const hl: LowerJump<'hl'> = (jump) => hopCount(jump);
