import type { JumpExtension } from '../extension.js';
import { readNumber, u16, u32, u8 } from '../values/number.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

/** iptables takes 32 bits and keeps those that the kernel has: 8 for --wscale, 16 for --mss. */
export const synproxy: JumpExtension<'synproxy'> = {
  kind: 'synproxy',
  target: 'SYNPROXY',
  families: [4, 6],
  options: [
    { name: 'sack-perm', arity: 0 },
    { name: 'timestamp', arity: 0 },
    { name: 'wscale', arity: 1 },
    { name: 'mss', arity: 1 },
    { name: 'ecn', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const windowScale = uses.value('wscale', (word) => readNumber(word, context, u32));
    const mss = uses.value('mss', (word) => readNumber(word, context, u32));
    if (uses.failed) return undefined;
    return {
      kind: 'synproxy',
      source: context.source,
      ...optional('sackPermitted', uses.flag('sack-perm')),
      ...optional('timestamp', uses.flag('timestamp')),
      ...optional('windowScale', windowScale === undefined ? undefined : windowScale & u8),
      ...optional('mss', mss === undefined ? undefined : mss & u16),
      ...optional('ecn', uses.flag('ecn')),
    };
  },
  print: (jump) =>
    printFlag('sack-perm', jump.sackPermitted) +
    printFlag('timestamp', jump.timestamp) +
    printValue('wscale', jump.windowScale) +
    printValue('mss', jump.mss) +
    printFlag('ecn', jump.ecn),
  needs: () => ({ hooks: ['INPUT', 'FORWARD'], protocols: [6], reason: 'answers TCP handshakes in INPUT and FORWARD, under -p tcp' }),
};
