export { witnessFor, type WitnessAnswer, type WitnessQuestion } from './witness.js';
