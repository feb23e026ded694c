import type { JumpMeaning } from '../evaluation.js';
import { translatePrefix } from './prefix-translation.js';

export const dnpt: JumpMeaning<'dnpt'> = ({ from, to }) => translatePrefix('destination', from, to);
