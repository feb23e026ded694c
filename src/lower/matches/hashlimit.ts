import { type AssumptionId, type HashlimitMatch, type KeyPart, type MeterRate, type Source, type Step } from '../../ir/index.js';
import type { LowerMatch, MatchContext } from '../context.js';
import { addressKey, portKey } from '../keys.js';
import { always, negatedIf } from '../predicates.js';
import { external, present, refuse, require, test, testUnder, unguarded } from '../steps.js';

/** A tick of the kernel's clock in microseconds: credit comes once a tick, and no more of it than the burst. */
const tick = 4_000;

/**
 * A table by its name, shared by all rules of a family that name it: its rate and key are what the first of them says. Without a mode all
 * packets are one. A key that has not been seen for `--hashlimit-htable-expire` begins with a full burst again.
 */
export const hashlimit: LowerMatch<'hashlimit'> = ({ source, comparison, name, ...own }, context) => {
  const use = context.uses?.hashlimit.get(name);
  const match: HashlimitMatch = use?.matches[0] ?? { source, comparison, name, ...own };
  if (match.rate.unit !== own.rate.unit || (match.rateInterval === undefined) !== (own.rateInterval === undefined)) {
    return [refuse('hashlimit', `rules name one table ${JSON.stringify(name)} that count in other ways`, source, 'give each way a name of its own')];
  }
  const rate = rateOf(match);
  if (rate === undefined) return [refuse('hashlimit', 'the rate is below 16 bytes a second, which nft does not count', source, 'give a rate in packets')];
  if (rate.burst === 0 && rate.unit === 'packets') return [test(negatedIf(comparison === 'upto', always), source)];
  const expire = Math.max(1, Math.ceil(match.expire / 1_000));
  const approximate = rate.unit === 'bytes' || match.rateInterval !== undefined || (use?.tables.size ?? 1) > 1 || rate.interval * rate.burst < tick;
  const early = rate.unit === 'packets' && rate.interval * rate.burst > expire * 1_000_000;
  const exactUnder: readonly AssumptionId[] = [...(approximate ? (['hashlimit-approximate'] as const) : []), ...(early ? (['no-return-at-expiry'] as const) : [])];
  const keeps = external({ kind: 'meter', table: { name, role: 'hashlimit' }, key: keyOf(match, context), rate, expire });
  return [...portSteps(match, source, context), testUnder(negatedIf(comparison === 'above', keeps), source, 'hashlimit', exactUnder)];
};

function rateOf({ rate }: HashlimitMatch): MeterRate | undefined {
  if (rate.unit === 'packets') return { unit: 'packets', interval: rate.interval, burst: rate.burst };
  // As iptables prints it again; the kernel counts in lumps of 16 bytes.
  const speed = (Math.floor(0xffff_ffff / Math.max(1, rate.cost)) - 1) * 16;
  return speed <= 0 ? undefined : { unit: 'bytes', speed, burst: rate.burst * speed };
}

function keyOf({ mode, sourcePrefix, destinationPrefix }: HashlimitMatch, { family }: MatchContext): readonly KeyPart[] {
  const parts = [
    ...(mode.includes('srcip') ? [addressKey('source', sourcePrefix, family)] : []),
    ...(mode.includes('srcport') ? [portKey('source')] : []),
    ...(mode.includes('dstip') ? [addressKey('destination', destinationPrefix, family)] : []),
    ...(mode.includes('dstport') ? [portKey('destination')] : []),
  ];
  return parts.length === 0 ? [addressKey('source', 0, family)] : parts;
}

/** A header that is too short for ports is dropped. */
const portSteps = ({ mode }: HashlimitMatch, source: Source, context: MatchContext): readonly Step[] =>
  mode.includes('srcport') || mode.includes('dstport') ? [require(present({ kind: 'transport', bytes: 4, ...unguarded(context) }), source, 'no-truncated-l4-headers')] : [];
