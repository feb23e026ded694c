export { available } from './available.js';
export { comparable, hex, sameOutcome } from './compare.js';
export { withHost, type Host } from './host.js';
export { compileXdp, frameOf, runXdp, type XdpAction, type XdpFrame } from './xdp.js';
