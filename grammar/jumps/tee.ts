import type { TeeJump } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { formatAddress, readHost } from '../values/address.js';
import { quoteIfNeeded } from '../values/quote.js';
import { placeOf } from '../values/reporter.js';
import { readCutText } from '../values/text.js';
import { optional, printValue, readUses } from '../values/uses.js';

const nameLimit = 15;

function readGateway(word: Word, context: DecodeContext): bigint | undefined {
  const gateway = readHost(word, context.family, context);
  if (gateway !== 0n) return gateway;
  context.report('kernel-refuses', { extension: 'TEE', reason: 'the gateway is the address of nobody' }, placeOf(word, context));
  return undefined;
}

export const tee: JumpExtension<'tee'> = {
  kind: 'tee',
  target: 'TEE',
  families: [4, 6],
  options: [
    { name: 'gateway', arity: 1, mandatory: true },
    { name: 'oif', arity: 1 },
  ],
  decode(given, context): TeeJump | undefined {
    const uses = readUses(given);
    const gateway = uses.value('gateway', (word) => readGateway(word, context));
    const outInterface = uses.value('oif', (word) => readCutText(word, context, 'oif', nameLimit));
    if (gateway === undefined || uses.failed) return undefined;
    return { kind: 'tee', source: context.source, gateway, ...optional('outInterface', outInterface === '' ? undefined : outInterface) };
  },
  print: ({ gateway, outInterface }, { family }) =>
    printValue('gateway', formatAddress(family, gateway)) + printValue('oif', outInterface === undefined ? undefined : quoteIfNeeded(outInterface)),
  lossy: ({ outInterface = '-' }) => (quoteIfNeeded(outInterface) === outInterface ? undefined : `iptables-save does not quote the interface "${outInterface}"`),
};
