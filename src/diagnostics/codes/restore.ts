import type { Catalogue } from '../catalogue.js';

export const restoreCodes = {
} as const satisfies Catalogue;
