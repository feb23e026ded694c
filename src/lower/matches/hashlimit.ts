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
  if (rate.unit === 'packets' && match.rateInterval === undefined && wraps(rate)) return [refuse('hashlimit', `--hashlimit-burst ${rate.burst} at this rate: the kernel counts its credit in 64 bits, which wrap, and the rule lets through fewer packets than it says`, source, 'lower --hashlimit-burst, or raise the rate')];
  const ports = portsOf(match, context);
  if (typeof ports === 'string') return [refuse('hashlimit', ports, source, 'name the protocol with -p')];
  if (rate.burst === 0 && rate.unit === 'packets') return [test(negatedIf(comparison === 'upto', always), source)];
  const expire = Math.max(1, Math.ceil(match.expire / 1_000));
  const approximate = rate.unit === 'bytes' || match.rateInterval !== undefined || (use?.tables.size ?? 1) > 1 || rate.interval * rate.burst < tick;
  const early = rate.unit === 'packets' && rate.interval * rate.burst > expire * 1_000_000;
  const exactUnder: readonly AssumptionId[] = [...(approximate ? (['hashlimit-approximate'] as const) : []), ...(early ? (['no-return-at-expiry'] as const) : [])];
  const keeps = external({ kind: 'meter', table: { name, role: 'hashlimit' }, key: keyOf(match, ports, context), rate, expire });
  return [...portSteps(ports, source, context), testUnder(negatedIf(comparison === 'above', keeps), source, 'hashlimit', exactUnder)];
};

function rateOf({ rate }: HashlimitMatch): MeterRate | undefined {
  if (rate.unit === 'packets') return { unit: 'packets', interval: rate.interval, burst: rate.burst };
  // As iptables prints it again; the kernel counts in lumps of 16 bytes.
  const speed = (Math.floor(0xffff_ffff / Math.max(1, rate.cost)) - 1) * 16;
  return speed <= 0 ? undefined : { unit: 'bytes', speed, burst: rate.burst * speed };
}

/** Credits of a microsecond, of which the kernel keeps 64 bits. */
const creditsPerMicrosecond = (250n << 39n) / 1_000_000n;

const wraps = ({ interval, burst }: { readonly interval: number; readonly burst: number }): boolean => BigInt(interval) * BigInt(burst) * creditsPerMicrosecond >= 1n << 64n;

type Ports = readonly ('source' | 'destination')[];

/** Where the ports, or the SPI in their place, are the first bytes of the header. */
const withPorts: readonly number[] = [6, 17, 33, 50, 132, 136];

/** The ports of the key as the rule's protocol has them: others have none, and all their packets are of port 0. */
function portsOf({ mode }: HashlimitMatch, { rule }: MatchContext): Ports | string {
  const asked = (['source', 'destination'] as const).filter((side) => mode.includes(side === 'source' ? 'srcport' : 'dstport'));
  const protocol = rule?.conditions.protocol;
  if (asked.length === 0) return asked;
  if (protocol === undefined || protocol.negated || protocol.value === 0) return 'the ports are those of any protocol that has some, and of others none';
  if (protocol.value === 51) return 'the kernel takes the SPI of an authentication header for its ports';
  return withPorts.includes(protocol.value) ? asked : [];
}

function keyOf({ mode, sourcePrefix, destinationPrefix }: HashlimitMatch, ports: Ports, { family }: MatchContext): readonly KeyPart[] {
  const parts = (['source', 'destination'] as const).flatMap((side) => [
    ...(mode.includes(side === 'source' ? 'srcip' : 'dstip') ? [addressKey(side, side === 'source' ? sourcePrefix : destinationPrefix, family)] : []),
    ...(ports.includes(side) ? [portKey(side)] : []),
  ]);
  return parts.length === 0 ? [addressKey('source', 0, family)] : parts;
}

/** A header that is too short for ports is dropped. */
const portSteps = (ports: Ports, source: Source, context: MatchContext): readonly Step[] =>
  ports.length > 0 ? [require(present({ kind: 'transport', bytes: 4, ...unguarded(context) }), source, 'no-truncated-l4-headers')] : [];
