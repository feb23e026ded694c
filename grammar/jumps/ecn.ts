import type { EcnJump } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { readNumber } from '../values/number.js';
import { optional, printValue, readUses } from '../values/uses.js';

function readBit(word: Word, context: DecodeContext): 0 | 1 | undefined {
  const bit = readNumber(word, context, 1);
  return bit === undefined ? undefined : bit === 0 ? 0 : 1;
}

export const ecn: JumpExtension<'ecn'> = {
  kind: 'ecn',
  target: 'ECN',
  families: [4],
  options: [
    { name: 'ecn-tcp-remove', arity: 0, excludes: ['ecn-tcp-cwr', 'ecn-tcp-ece'] },
    { name: 'ecn-tcp-cwr', arity: 1, excludes: ['ecn-tcp-remove'] },
    { name: 'ecn-tcp-ece', arity: 1, excludes: ['ecn-tcp-remove'] },
    { name: 'ecn-ip-ect', arity: 1 },
  ],
  decode(given, context): EcnJump | undefined {
    const uses = readUses(given);
    const removed = uses.has('ecn-tcp-remove') ? 0 : undefined;
    const tcpEce = removed ?? uses.value('ecn-tcp-ece', (word) => readBit(word, context));
    const tcpCwr = removed ?? uses.value('ecn-tcp-cwr', (word) => readBit(word, context));
    const ipEct = uses.value('ecn-ip-ect', (word) => readNumber(word, context, 3));
    if (uses.failed) return undefined;
    if (given.length === 0) {
      context.report('option-needed', { extension: 'ECN', options: '--ecn-tcp-remove, --ecn-tcp-ece, --ecn-tcp-cwr or --ecn-ip-ect' });
      return undefined;
    }
    return { kind: 'ecn', source: context.source, ...optional('tcpEce', tcpEce), ...optional('tcpCwr', tcpCwr), ...optional('ipEct', ipEct) };
  },
  print: ({ tcpEce, tcpCwr, ipEct }) =>
    tcpEce === 0 && tcpCwr === 0 && ipEct === undefined
      ? ' --ecn-tcp-remove'
      : printValue('ecn-tcp-ece', tcpEce) + printValue('ecn-tcp-cwr', tcpCwr) + printValue('ecn-ip-ect', ipEct),
  needs: ({ tcpEce, tcpCwr }) => ({
    tables: ['mangle'],
    ...(tcpEce === undefined && tcpCwr === undefined ? {} : { protocols: [6] }),
    reason: 'is valid in the mangle table, and for the TCP bits under -p tcp',
  }),
};
