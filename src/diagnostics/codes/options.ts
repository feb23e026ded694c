import type { Catalogue } from '../catalogue.js';

export const optionsCodes = {
} as const satisfies Catalogue;
