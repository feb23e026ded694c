import type { JumpExtension } from '../extension.js';
import { formatAddress, readHost } from '../values/address.js';
import { readMasked } from '../values/mask.js';
import { readResolvedPort } from '../values/port.js';
import { printValue, readUses } from '../values/uses.js';
import { formatXmark } from './xmark.js';

export const tproxy: JumpExtension<'tproxy'> = {
  kind: 'tproxy',
  target: 'TPROXY',
  families: [4, 6],
  options: [
    { name: 'on-port', arity: 1, mandatory: true },
    { name: 'on-ip', arity: 1 },
    { name: 'tproxy-mark', arity: 1 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const port = uses.value('on-port', (word) => readResolvedPort(word, context));
    const address = uses.value('on-ip', (word) => readHost(word, context.family, context)) ?? 0n;
    const mark = uses.value('tproxy-mark', (word) => readMasked(word, context)) ?? { value: 0, mask: 0 };
    return uses.failed || port === undefined ? undefined : { kind: 'tproxy', source: context.source, port, address, mark };
  },
  print: (jump, { family }) =>
    printValue('on-port', jump.port) +
    printValue('on-ip', formatAddress(family, jump.address)) +
    printValue('tproxy-mark', formatXmark(jump.mark)),
  needs: () => ({
    tables: ['mangle'],
    hooks: ['PREROUTING'],
    protocols: [6, 17],
    reason: 'hands packets to a local socket in mangle PREROUTING, under -p tcp or -p udp',
  }),
};
