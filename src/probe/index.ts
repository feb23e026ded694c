export { coverage, type Coverage } from './coverage.js';
export { probe, probeProgram, type AimedRule, type Probe, type ProbeOptions } from './probe.js';
export { createRandom, type Random } from './random.js';
export { deriveTopology } from './topology.js';
