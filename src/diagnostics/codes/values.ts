import type { Catalogue } from '../catalogue.js';

export const valuesCodes = {
} as const satisfies Catalogue;
