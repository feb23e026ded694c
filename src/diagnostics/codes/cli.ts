import type { Catalogue } from '../catalogue.js';

export const cliCodes = {
} as const satisfies Catalogue;
