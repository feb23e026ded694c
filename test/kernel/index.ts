export { available } from './available.js';
export { comparable, hex, sameOutcome } from './compare.js';
export { withHost, type Host } from './host.js';
