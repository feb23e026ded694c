import type { JumpMeaning } from '../evaluation.js';
import { changeTtl } from './ttl.js';

export const hl: JumpMeaning<'hl'> = ({ operation, value }) => changeTtl(operation, value);
