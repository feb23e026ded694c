import { ttlComparisons } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { external, test } from '../steps.js';

/** As the kernel has it: `!` is stored and never looked at, and with `--log` any system will do. */
export const osf: LowerMatch<'osf'> = ({ genre: { value: system }, ttl: level = 0, log, source }) => {
  const ttl = ttlComparisons[level] ?? 'equal';
  return [test(external({ kind: 'fingerprint', ttl, ...(log === undefined ? { system } : { logs: log }) }), source)];
};
