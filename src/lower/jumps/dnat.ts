import type { LowerJump } from './lower-jump.js';

/** What the ports of a shifted range are counted from matters as far as it shows. */
export const dnat: LowerJump<'dnat'> = (jump) => {
  const { basePort, to: { ports } } = jump;
  if (basePort === undefined || ports === undefined) return { kind: 'nat', nat: jump };
  const size = ports.max - ports.min + 1;
  const { basePort: _, ...rest } = jump;
  if (size === 1) return { kind: 'nat', nat: rest };
  return { kind: 'nat', nat: 0x10000 % size === 0 ? { ...jump, basePort: basePort % size } : jump };
};
