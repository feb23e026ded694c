import type { JumpExtension } from '../extension.js';
import { dscpLimit, readDscpClass } from '../values/dscp.js';
import { hex } from '../values/mask.js';
import { readNumber } from '../values/number.js';
import { printValue, readUses } from '../values/uses.js';

export const dscp: JumpExtension<'dscp'> = {
  kind: 'dscp',
  target: 'DSCP',
  families: [4, 6],
  options: [
    { name: 'set-dscp', arity: 1, excludes: ['set-dscp-class'] },
    { name: 'set-dscp-class', arity: 1, excludes: ['set-dscp'] },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const value =
      uses.value('set-dscp', (word) => readNumber(word, context, dscpLimit)) ??
      uses.value('set-dscp-class', (word) => readDscpClass(word, context));
    if (value === undefined && !uses.failed) context.report('option-needed', { extension: 'DSCP', options: '--set-dscp or --set-dscp-class' });
    return value === undefined ? undefined : { kind: 'dscp', source: context.source, dscp: value };
  },
  print: (jump) => printValue('set-dscp', hex(jump.dscp, 2)),
  needs: () => ({ tables: ['mangle'], reason: 'is valid in the mangle table only' }),
};
