import { opaque, type MatchMeaning } from '../evaluation.js';

export const cgroup: MatchMeaning<'cgroup'> = () => opaque('which asks for the control group of a process');
