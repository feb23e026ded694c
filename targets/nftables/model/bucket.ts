import type { LimitUnit } from '../ast.js';

/** What is saved up of a rate, in nanoseconds, and when it was looked at last. */
export interface Bucket {
  tokens: number;
  last: number | undefined;
}

/** Nanoseconds of a unit. */
export const unitLength: { readonly [U in LimitUnit]: number } = { second: 1e9, minute: 60e9, hour: 3600e9, day: 86400e9 };

/** Takes what a packet costs, if there is so much; no more than `full` is ever saved up. `time` in seconds. */
export function take(bucket: Bucket, cost: number, full: number, time: number): boolean {
  const now = time * 1e9;
  bucket.tokens = Math.min(full, bucket.tokens + Math.max(0, now - (bucket.last ?? now)));
  bucket.last = now;
  if (bucket.tokens < cost) return false;
  bucket.tokens -= cost;
  return true;
}
