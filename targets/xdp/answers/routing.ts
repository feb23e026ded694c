import { ipv6Headers, type ScanTest } from '../../../src/ir/index.js';
import type { Expression } from '../ast.js';
import { and, compare, member, number } from '../build.js';
import { answer, hex } from './text.js';

const low64 = (1n << 64n) - 1n;

/** What the walk of `ipv6header` came past: one bit for each name, and one more where it came to its end. */
export const listedBits = Object.fromEntries(ipv6Headers.map((name, index) => [name, 1 << index]));
export const endBit = 1 << ipv6Headers.length;

export const headerListed = (test: Extract<ScanTest, { readonly kind: 'headers-end' | 'header' }>): Expression =>
  compare(and(member('listed'), number(test.kind === 'header' ? 1 << ipv6Headers.indexOf(test.header) : endBit)), '!=', number(0));

const found: readonly string[] = ['if (!p || !p->routing_at)', '\treturn 0;', 'at = p->routing_at;'];

export const overrunText = (name: string): readonly string[] =>
  answer(name, ['if (!p || !p->routing_at || p->routing_at + 5 > p->limit)', '\treturn 0;', 'return (p->routing_word0 & 255) > byte_at(context, p->routing_at + 4);']);

const lies = (address: bigint, mask: bigint): string =>
  [[0, address >> 64n, mask >> 64n], [8, address & low64, mask & low64] as const]
    .filter(([, , bits]) => bits !== 0n).map(([offset, wanted, bits]) => `(half_at(context, at${offset === 0 ? '' : ` + ${Number(offset)}`})${bits === low64 ? '' : ` & ${hex(bits ?? 0n)}`}) == ${hex(wanted ?? 0n)}`).join(' && ') || '1';

export function segmentText(name: string, { which, network }: Extract<ScanTest, { readonly kind: 'segment' }>): readonly string[] {
  return answer(name, [
    'u32 at, left;', '', ...found, 'left = p->routing_word0 & 255;',
    ...(which === 'previous' ? ['if ((int)left == byte_at(context, at + 4))', '\treturn 0;', 'at += 8 + (left + 1) * 16;'] : ['if (!left)', '\treturn 0;', 'at += 8 + (left - 1) * 16;']),
    'if (at + 16 > p->limit)', '\treturn 0;', `return ${network === undefined ? '1' : lies(network.address, network.mask)};`,
  ]);
}

/** Up to 127 addresses in a header. */
export function routingAddressesText(name: string, { addresses, anywhere }: Extract<ScanTest, { readonly kind: 'routing-addresses' }>): readonly string[] {
  const full = (1n << 128n) - 1n;
  const count = ['count = (p->routing_word0 >> 16 & 255) >> 1;', 'at += 8;'];
  if (!anywhere) {
    return answer(name, [
      'u32 at, count;', '', ...found, ...count, `if (count != ${addresses.length})`, '\treturn 0;',
      ...addresses.flatMap((address) => [`if (!(${lies(address, full)}))`, '\treturn 0;', 'at += 16;']), 'return 1;',
    ]);
  }
  // Its answer is a number that the verifier knows nothing of, so that it follows one path around the loop.
  const step = [
    `GLOBAL int ${name}_met(struct xdp_md *context, u64 at, u32 met)`, '{', '\tKEEP(context);', '\tswitch (met) {',
    ...addresses.flatMap((address, index) => [`\tcase ${index}:`, `\t\treturn met + (${lies(address, full)});`]), '\t}', '\treturn met;', '}', '',
  ];
  return [...step, ...answer(name, [
    'u32 at, count, met = 0;', '', ...found, ...count, 'for (u32 i = 0; i < 127; i++) {', '\tif (i >= count)', '\t\tbreak;', `\tmet = ${name}_met(context, at + i * 16, met);`, '}', `return met == ${addresses.length};`,
  ])];
}
