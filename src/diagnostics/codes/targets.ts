import type { Catalogue } from '../catalogue.js';

export const targetsCodes = {
} as const satisfies Catalogue;
