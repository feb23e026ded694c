import type { JumpExtension } from '../extension.js';
import { printValue } from '../values/uses.js';
import { decodeHops, hopsNeeds, hopsOptions } from './hops.js';

export const ttl: JumpExtension<'ttl'> = {
  kind: 'ttl',
  target: 'TTL',
  families: [4],
  options: hopsOptions('ttl'),
  decode(given, context) {
    const change = decodeHops('ttl', given, context);
    return change === undefined ? undefined : { kind: 'ttl', source: context.source, ...change };
  },
  print: (jump) => printValue(`ttl-${jump.operation}`, jump.value),
  needs: () => hopsNeeds,
};
