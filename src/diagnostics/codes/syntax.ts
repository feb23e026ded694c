import { text, type Catalogue } from '../catalogue.js';

/** Faults in the shape of a line. */
export const syntaxCodes = {
  'unknown-line': {
    severity: 'error',
    message: text`this is neither a table, a chain, a command, a comment nor COMMIT: ${'text'}`,
    page: 'A rule file holds `*table`, `:CHAIN POLICY [packets:bytes]`, commands such as `-A`, `COMMIT`, comments that begin with `#` in the first column, and empty lines.',
  },
} as const satisfies Catalogue;
