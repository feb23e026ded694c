export { assign } from './assign.js';
export { coreEngine, plainHelp, type Help } from './engine.js';
export { holds, type Surroundings } from './predicate.js';
export { layout } from './reading.js';
