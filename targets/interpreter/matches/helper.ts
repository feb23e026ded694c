import { opaque, type MatchMeaning } from '../evaluation.js';

export const helper: MatchMeaning<'helper'> = () => opaque('which asks what a connection helper has seen');
