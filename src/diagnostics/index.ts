export * from './catalogue.js';
export * from './codes/index.js';
export * from './diagnostic.js';
export * from './report.js';
export * from './render/index.js';
export * from './suggest.js';
