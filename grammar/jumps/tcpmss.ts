import type { JumpExtension } from '../extension.js';
import { readNumber } from '../values/number.js';
import { printFlag, printValue, readUses } from '../values/uses.js';

/** 65535 less the smallest IP and TCP headers. */
const limits = { 4: 65_515, 6: 65_495 } as const;

/** Both options may stand together: clamping wins. */
export const tcpmss: JumpExtension<'tcpmss'> = {
  kind: 'tcpmss',
  target: 'TCPMSS',
  families: [4, 6],
  options: [
    { name: 'set-mss', arity: 1 },
    { name: 'clamp-mss-to-pmtu', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const set = uses.value('set-mss', (word) => readNumber(word, context, limits[context.family]));
    if (uses.failed) return undefined;
    const mss = uses.has('clamp-mss-to-pmtu') ? 'clamp-to-pmtu' : set;
    if (mss === undefined) {
      context.report('option-needed', { extension: 'TCPMSS', options: '--set-mss or --clamp-mss-to-pmtu' });
      return undefined;
    }
    return { kind: 'tcpmss', source: context.source, mss };
  },
  print: (jump) => (jump.mss === 'clamp-to-pmtu' ? printFlag('clamp-mss-to-pmtu', true) : printValue('set-mss', jump.mss)),
  needs: (jump) =>
    jump.mss === 'clamp-to-pmtu'
      ? {
          notHooks: ['PREROUTING', 'INPUT'],
          protocols: [6],
          synMatch: true,
          reason: 'changes SYN packets only: it wants -p tcp and a tcp match that asks for SYN; and the way out is unknown in PREROUTING and INPUT',
        }
      : { protocols: [6], synMatch: true, reason: 'changes SYN packets only: it wants -p tcp and a tcp match that asks for SYN' },
};
