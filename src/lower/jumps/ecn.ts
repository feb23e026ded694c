import type { EcnJump } from '../../ir/index.js';
import type { LowerJump } from './lower-jump.js';

/** Both headers in one rule are two writes, which no rule of the core makes. */
export const ecn: LowerJump<'ecn'> = (jump) => {
  const { mask, value } = tcpBits(jump);
  if (jump.ipEct !== undefined && mask !== 0) {
    return {
      kind: 'refuse',
      extension: 'ECN',
      reason: 'changes of the TCP header and the IP header in one rule are not carried',
      hint: 'write two rules, the one with --ecn-ip-ect first',
      writes: 'header',
    };
  }
  if (jump.ipEct !== undefined) return { kind: 'assign', to: 'ip.tos', value: { kind: 'xor', mask: 3, value: jump.ipEct } };
  return { kind: 'assign', to: 'tcp.flags', value: { kind: 'xor', mask, value } };
};

/** ECE and CWR in byte 13 of the TCP header. */
export function tcpBits({ tcpEce, tcpCwr }: EcnJump): { readonly mask: number; readonly value: number } {
  const bit = (to: 0 | 1 | undefined, at: number): { readonly mask: number; readonly value: number } => ({ mask: to === undefined ? 0 : at, value: to === 1 ? at : 0 });
  const [ece, cwr] = [bit(tcpEce, 0x40), bit(tcpCwr, 0x80)];
  return { mask: ece.mask | cwr.mask, value: ece.value | cwr.value };
}
