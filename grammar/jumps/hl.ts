import type { JumpExtension } from '../extension.js';
import { printValue } from '../values/uses.js';
import { decodeHops, hopsNeeds, hopsOptions } from './hops.js';

export const hl: JumpExtension<'hl'> = {
  kind: 'hl',
  target: 'HL',
  families: [6],
  options: hopsOptions('hl'),
  decode(given, context) {
    const change = decodeHops('hl', given, context);
    return change === undefined ? undefined : { kind: 'hl', source: context.source, ...change };
  },
  print: (jump) => printValue(`hl-${jump.operation}`, jump.value),
  needs: () => hopsNeeds,
};
