import { opaque, type JumpMeaning } from '../evaluation.js';

export const clusterip: JumpMeaning<'clusterip'> = () => opaque('which hands packets to one node of a cluster');
