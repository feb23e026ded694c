import type { Outcome } from '../../src/ir/index.js';
import { withId4 } from './checksum.js';

/**
 * What of an outcome must be equal, as text with one line a part. A REJECT that sends nothing is a drop to whoever looks on from
 * outside, and the id of an ICMP error is the kernel's own choice: both are written alike.
 */
export function comparable(outcome: Outcome): string {
  const silent = outcome.verdict === 'reject' && outcome.replies.length === 0;
  const verdict = silent ? 'drop' : outcome.verdict;
  const ended = verdict === 'drop' || verdict === 'reject' || verdict === 'lost';
  const arrived = verdict === 'input' || verdict === 'forward' || verdict === 'output';
  const lines = [ended ? `${verdict} ${outcome.stage ?? ''}` : verdict];
  if (verdict === 'forward' || verdict === 'output') lines.push(`out ${outcome.out ?? ''}`);
  if (arrived) lines.push(`mark 0x${(outcome.mark ?? 0).toString(16)}`, `bytes ${hex(outcome.bytes ?? new Uint8Array())}`);
  for (const reply of outcome.replies) lines.push(`reply ${hex(comparableReply(reply))}`);
  return lines.join('\n');
}

const isIcmp4 = (bytes: Uint8Array): boolean => (bytes[0] ?? 0) >> 4 === 4 && bytes[9] === 1;

const comparableReply = (bytes: Uint8Array): Uint8Array => (isIcmp4(bytes) ? withId4(bytes, 0) : bytes);

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const sameOutcome = (left: Outcome, right: Outcome): boolean => comparable(left) === comparable(right);
