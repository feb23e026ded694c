export * from './bytes.js';
export * from './checksum.js';
export { templateConnection } from './conntrack/connections.js';
export * from './engine.js';
export * from './headers.js';
export * from './host.js';
export { clampMss } from './mss.js';
export { stripOptions } from './strip.js';
export { decrementTtl, tosOf, ttlOf, writeTcpFlags, writeTos, writeTtl } from './write.js';
