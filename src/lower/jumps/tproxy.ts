import type { LowerJump } from './lower-jump.js';

export const tproxy: LowerJump<'tproxy'> = () => ({
  kind: 'refuse',
  extension: 'TPROXY',
  reason: 'handing packets to a transparent proxy is not carried yet',
  hint: 'nft can say it by hand: `meta l4proto tcp tproxy to ADDRESS:PORT meta mark set MARK`',
});
