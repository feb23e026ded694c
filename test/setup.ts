import fc from 'fast-check';

// One seed for everything random, when it is given: a run that failed can be had again, and CI judges the same cases each time.
const seed = process.env['FERRULE_SEED'];
if (seed !== undefined && seed !== '') fc.configureGlobal({ seed: Number(seed) });
