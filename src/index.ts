export * from './diagnostics/index.js';
export * from './ir/index.js';
