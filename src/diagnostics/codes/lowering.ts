import type { Catalogue } from '../catalogue.js';

export const loweringCodes = {
} as const satisfies Catalogue;
