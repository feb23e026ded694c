import type { ExternalKind, ExternalOf, ExternalTest } from '../ir/index.js';
import { scans } from './scan.js';
import type { HostView, LivePacket } from '../stack/engine.js';
import { keyed, type Tables } from './keyed.js';

/** One test with its state, new. */
export type Answer = (packet: LivePacket, host: HostView) => boolean;

/** How each is answered here; absent where the rule that asks it ends in the verdict `unknown`. */
const answers: { readonly [K in ExternalKind]: ((test: ExternalOf<K>, tables: Tables) => Answer) | undefined } = {
  ...scans,
  ...keyed,
  quota: ({ bytes }) => {
    let left = bytes;
    return (packet) => {
      const size = BigInt(packet.bytes.length);
      const fits = left >= size;
      left = fits ? left - size : 0n;
      return fits;
    };
  },
};

export const isAnswered = ({ kind }: ExternalTest): boolean => answers[kind] !== undefined;

export function answerOf<K extends ExternalKind>(test: ExternalOf<K> & { readonly kind: K }, tables: Tables): Answer {
  const make = answers[test.kind] as ((test: ExternalOf<K>, tables: Tables) => Answer) | undefined;
  if (make === undefined) throw new Error(`nothing answers ${test.kind}`);
  return make(test, tables);
}
