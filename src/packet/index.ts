export * from './address.js';
export * from './build.js';
export * from './bytes.js';
export * from './checksum.js';
export * from './ethernet.js';
export * from './extension.js';
export * from './fragments.js';
export * from './transport.js';
