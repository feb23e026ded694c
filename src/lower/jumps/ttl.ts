import { unreachable, type Action, type TtlJump } from '../../ir/index.js';
import type { LowerJump } from './lower-jump.js';

export const ttl: LowerJump<'ttl'> = (jump) => hopCount(jump);

export function hopCount({ operation, value }: Pick<TtlJump, 'operation' | 'value'>): Action {
  switch (operation) {
    case 'set':
      return { kind: 'assign', to: 'ip.ttl', value: { kind: 'xor', mask: 0xff, value } };
    case 'inc':
      return { kind: 'assign', to: 'ip.ttl', value: { kind: 'add', amount: value } };
    case 'dec':
      return { kind: 'assign', to: 'ip.ttl', value: { kind: 'add', amount: -value } };
    default:
      return unreachable(operation);
  }
}
