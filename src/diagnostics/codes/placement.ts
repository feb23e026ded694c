import type { Catalogue } from '../catalogue.js';

export const placementCodes = {
} as const satisfies Catalogue;
