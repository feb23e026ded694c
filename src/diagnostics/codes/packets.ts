import type { Catalogue } from '../catalogue.js';

export const packetsCodes = {
} as const satisfies Catalogue;
