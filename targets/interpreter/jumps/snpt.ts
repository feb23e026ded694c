import type { JumpMeaning } from '../evaluation.js';
import { translatePrefix } from './prefix-translation.js';

export const snpt: JumpMeaning<'snpt'> = ({ from, to }) => translatePrefix('source', from, to);
