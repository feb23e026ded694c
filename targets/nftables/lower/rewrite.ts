import type { Assignment } from '../../../src/ir/index.js';
import { sums } from '../sums.js';
import { match, single, verdict, type Payload, type Statement } from '../ast.js';
import { inOwnChain } from './action.js';
import { refuse, type RuleContext } from './context.js';
import { payload } from './fields.js';

/**
 * `(old & ~mask) ^ value` on the TOS byte. IPv6 takes it in one raw write, but where fields of it are
 * set whole: nft 1.0.6 lists a raw write of the whole byte as another one, or falls over it (measured). In IPv4 nft fixes the header checksum only for fields it
 * knows by name (a raw write leaves it wrong: measured), and those take constants alone: one rule for each value of the kept bits.
 */
export function assignTos(value: Assignment, context: RuleContext): readonly Statement[] {
  if (value.kind !== 'xor') {
    refuse(context, 'this change of the TOS byte', 'nft has no arithmetic');
    return [];
  }
  const keep = 0xffn & ~BigInt(value.mask);
  const bits = BigInt(value.value);
  if (keep === 0xffn && bits === 0n) return [];
  // Each of its two fields is set or left alone.
  const byField = (keep & 3n) % 3n === 0n && (keep >> 2n) % 0x3fn === 0n && (keep & bits) === 0n;
  if (context.family === 6 && !byField) {
    const word = payload('nh', 0, 16);
    return [{ kind: 'set', target: word, value: { kind: 'binary', operator: '^', left: { kind: 'binary', operator: '&', left: word, right: 0xf00fn | (keep << 4n) }, right: bits << 4n } }];
  }
  const halves = [
    ...field(context.family === 4 ? payload('nh', 14, 2, 'ip ecn') : payload('nh', 10, 2, 'ip6 ecn'), keep & 3n, bits & 3n, 3n, 'ecn', context),
    ...field(context.family === 4 ? payload('nh', 8, 6, 'ip dscp') : payload('nh', 4, 6, 'ip6 dscp'), keep >> 2n, bits >> 2n, 0x3fn, 'dscp', context),
  ];
  // Nothing may follow a jump within a rule.
  return halves[0]?.kind === 'jump' && halves.length > 1 ? [inOwnChain(context, 'tos', halves.map((half) => [half]))] : halves;
}

function field(target: Payload, keep: bigint, bits: bigint, full: bigint, suffix: string, context: RuleContext): readonly Statement[] {
  if (keep === full && bits === 0n) return [];
  const set = (value: bigint): Statement => ({ kind: 'set', target, value: { kind: 'value', value } });
  if (keep === 0n) return [set(bits)];
  const rules: Statement[][] = [];
  for (let kept = 0n; kept <= full; kept++) {
    if ((kept & ~keep) !== 0n) continue;
    const left = keep === full ? target : ({ kind: 'binary', operator: '&', left: target, right: keep } as const);
    rules.push([match(left, [single(kept)]), set(kept ^ bits), verdict('return')]);
  }
  return [inOwnChain(context, suffix, rules)];
}

/** nft brings the TCP checksum along for the field with a name alone, and that takes constants. */
export function assignTcpFlags(value: Assignment, context: RuleContext): readonly Statement[] {
  if (value.kind !== 'xor') {
    refuse(context, 'this change of the TCP flags', 'nft has no arithmetic');
    return [];
  }
  return field(payload('th', 104, 8, 'tcp flags', 6), 0xffn & ~BigInt(value.mask), BigInt(value.value), 0xffn, 'flags', context);
}

export function assignTtl(value: Assignment, context: RuleContext): readonly Statement[] {
  const target = context.family === 4 ? payload('nh', 64, 8, 'ip ttl') : payload('nh', 56, 8, 'ip6 hoplimit');
  const set = (to: bigint): Statement => ({ kind: 'set', target, value: { kind: 'value', value: to } });
  if (value.kind === 'xor' && value.mask === 0xff) return [set(BigInt(value.value))];
  if (value.kind !== 'add') {
    refuse(context, 'this change of the TTL', 'nft has no arithmetic', context.family === 4 ? '--ttl-set' : '--hl-set');
    return [];
  }
  const entries = sums(value.amount);
  // A map would set the IPv4 field without its checksum: nft 1.0.6 refuses it.
  if (context.family === 6) return [{ kind: 'set', target, value: { kind: 'map', key: target, entries } }];
  return [inOwnChain(context, 'ttl', entries.map(({ key, value: to }) => [match(target, [key]), set(to), verdict('return')]))];
}
