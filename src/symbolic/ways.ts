import type { Hook } from '../ir/index.js';

/**
 * How a packet may travel through the host, by where it begins and ends: off the wire to a socket here, off the wire to another host,
 * from a socket here to the wire, and from a socket here to one here, over `lo`.
 */
export const ways = {
  delivered: ['PREROUTING', 'INPUT'],
  forwarded: ['PREROUTING', 'FORWARD', 'POSTROUTING'],
  sent: ['OUTPUT', 'POSTROUTING'],
  looped: ['OUTPUT', 'POSTROUTING', 'PREROUTING', 'INPUT'],
} as const satisfies Record<string, readonly Hook[]>;
export type Way = keyof typeof ways;

/** The part of a difference at one hook that packets of one way bring there. */
export interface Arrival {
  readonly way: Way;
  /**
   * The packets, as they are where their way begins, that come to the hook and are judged differently there: a boolean diagram. Both
   * sides do the same to them until then. Header fields, marks and the connection are those at the beginning; interfaces are those
   * of the hooks that see them (`[in]` where packets come in, `[out]` where they leave); a question asked behind a writing has a
   * block of its own.
   */
  readonly start: number;
  /**
   * `start` says exactly which packets. Where it is false, it speaks of packets as they come to the hook: their connection was
   * translated before, which this proof does not follow back, or following back took too many nodes.
   */
  readonly exact: boolean;
}
