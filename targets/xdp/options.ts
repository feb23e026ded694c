import type { Topology } from '../../src/ir/index.js';
import type { TargetOptions } from '../target.js';

export interface XdpOptions extends TargetOptions {
  /**
   * `prefilter`: drop only what the stack would drop whatever XDP cannot know, pass the rest. `exact`: drop exactly what the rules
   * drop, refused unless the frame and the incoming interface decide it, and counters of packets where the caller accepts them.
   */
  readonly mode: 'prefilter' | 'exact';
  /** Every packet takes this way. */
  readonly chain?: 'INPUT' | 'FORWARD';
  /** Tells INPUT from FORWARD by the host's addresses; also its smallest MTU. */
  readonly topology?: Topology;
  /** The same in short: addresses of the host. Its broadcast addresses are to be among them. */
  readonly local?: readonly string[];
  /** The one interface that the program is attached to: decides `-i`. */
  readonly interface?: string;
}
