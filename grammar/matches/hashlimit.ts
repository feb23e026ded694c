import { addressBits, prefixLength, type HashlimitMatch } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { findKeyword } from '../values/keyword.js';
import { parseUnsigned, readNumber, u32 } from '../values/number.js';
import { parseHost } from '../values/address.js';
import { quoteIfNeeded } from '../values/quote.js';
import { formatRate, leadingInteger } from '../values/rate.js';
import { parts, placeOf } from '../values/reporter.js';
import { readProcName } from '../values/text.js';
import { firstValue, optional, printFlag, printValue, readUses } from '../values/uses.js';
import {
  byteBurst, defaultBurst, expireSeconds, formatBytes, overflows, packetScale, rateSeconds, readBurst, readRate, speedOf, storedBurst, type Burst, type SpelledRate,
} from './hashlimit-rate.js';

const modes = ['srcip', 'srcport', 'dstip', 'dstport'] as const;
const nameLimit = 254;
const defaultGcInterval = 1_000;
/** Entries beyond which the kernel cuts. */
const tableLimit = 1_048_576;

/** Names between commas or bars; empty parts are nothing. */
function readMode(word: Word, context: DecodeContext): readonly (typeof modes)[number][] | undefined {
  const found = new Set<string>();
  for (const part of parts({ ...word, text: word.text.replaceAll('|', ',') }, ',')) {
    if (part.text === '') continue;
    const mode = findKeyword(part.text, modes, 'exact');
    if (mode === undefined) {
      context.report('bad-keyword', { text: part.text, expected: modes.join(', ') }, placeOf(part, context));
      return undefined;
    }
    found.add(mode);
  }
  return modes.filter((mode) => found.has(mode));
}

/** A prefix length, or a mask that has one: the kernel refuses what iptables makes of another. */
function readPrefix(word: Word, context: DecodeContext): number | undefined {
  const bits = addressBits(context.family);
  const mask = parseHost(context.family, word.text);
  const prefix = parseUnsigned(word.text, bits) ?? (mask === undefined ? undefined : prefixLength(context.family, mask));
  if (prefix === undefined) context.report('bad-mask', { text: word.text, family: context.family, max: bits }, placeOf(word, context));
  return prefix;
}

const readTable = (word: Word, context: DecodeContext): number | undefined => {
  const size = readNumber(word, context, u32);
  return size === undefined ? undefined : Math.min(size, tableLimit);
};

const readNonzero = (word: Word, context: DecodeContext, option: string): number | undefined => {
  const value = readNumber(word, context, u32);
  if (value !== 0) return value;
  context.report('kernel-refuses', { extension: 'hashlimit', reason: `--${option} may not be 0` }, placeOf(word, context));
  return undefined;
};

const readInterval = (word: Word, context: DecodeContext): number | undefined => {
  const value = Number(BigInt.asIntN(32, leadingInteger(word.text)));
  if (value > 0) return value;
  context.report('bad-value', { option: 'hashlimit-rate-interval', text: word.text, problem: 'is not a number of seconds' }, placeOf(word, context));
  return undefined;
};

export const hashlimit: MatchExtension<'hashlimit'> = {
  kind: 'hashlimit',
  modules: ['hashlimit'],
  families: [4, 6],
  options: [
    { name: 'hashlimit-upto', aliases: ['hashlimit'], arity: 1, negatable: true, excludes: ['hashlimit-above'] },
    { name: 'hashlimit-above', arity: 1, negatable: true, excludes: ['hashlimit-upto'] },
    { name: 'hashlimit-srcmask', arity: 1 },
    { name: 'hashlimit-dstmask', arity: 1 },
    { name: 'hashlimit-burst', arity: 1 },
    { name: 'hashlimit-htable-size', arity: 1 },
    { name: 'hashlimit-htable-max', arity: 1 },
    { name: 'hashlimit-htable-gcinterval', arity: 1 },
    { name: 'hashlimit-htable-expire', arity: 1 },
    { name: 'hashlimit-mode', arity: 1 },
    { name: 'hashlimit-name', arity: 1, mandatory: true },
    { name: 'hashlimit-rate-match', arity: 0 },
    { name: 'hashlimit-rate-interval', arity: 1 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const use = given.find(({ name }) => name === 'hashlimit-upto' || name === 'hashlimit-above');
    if (use === undefined) {
      context.report('option-needed', { extension: 'hashlimit', options: '--hashlimit-upto or --hashlimit-above' });
      return undefined;
    }
    const spelled = readRate(firstValue(use), context);
    const burst = uses.value('hashlimit-burst', (word) => readBurst(word, context));
    const rateMatch = uses.has('hashlimit-rate-match');
    const bits = addressBits(context.family);
    const rest = {
      mode: uses.value('hashlimit-mode', (word) => readMode(word, context)) ?? [],
      ...optional('name', uses.value('hashlimit-name', (word) => readProcName(word, context, 'hashlimit-name', nameLimit))),
      tableSize: uses.value('hashlimit-htable-size', (word) => readTable(word, context)) ?? 0,
      tableMax: uses.value('hashlimit-htable-max', (word) => readTable(word, context)) ?? 0,
      gcInterval: uses.value('hashlimit-htable-gcinterval', (word) => readNonzero(word, context, 'hashlimit-htable-gcinterval')) ?? defaultGcInterval,
      sourcePrefix: uses.value('hashlimit-srcmask', (word) => readPrefix(word, context)) ?? bits,
      destinationPrefix: uses.value('hashlimit-dstmask', (word) => readPrefix(word, context)) ?? bits,
    };
    const expire = uses.value('hashlimit-htable-expire', (word) => readNonzero(word, context, 'hashlimit-htable-expire'));
    const interval = uses.value('hashlimit-rate-interval', (word) => readInterval(word, context));
    if (uses.failed || spelled === undefined || rest.name === undefined) return undefined;
    const rate = storedRate(spelled, burst, rateMatch, context);
    if (rate === undefined) return undefined;
    return {
      kind: 'hashlimit',
      source: context.source,
      comparison: (use.name === 'hashlimit-upto') === use.negated ? 'above' : 'upto',
      rate,
      ...rest,
      name: rest.name,
      expire: expire ?? expireSeconds(spelled, burst !== undefined) * 1_000,
      ...(rateMatch ? { rateInterval: interval ?? (spelled.unit === 'bytes' ? 1 : spelled.seconds) } : {}),
    };
  },
  print: (match, { family }) => printRate(match) + printRest(match, addressBits(family)),
  lossy(match) {
    if (quoteIfNeeded(match.name) !== match.name) return `iptables-save does not quote the name "${match.name}"`;
    if (match.rate.unit !== 'bytes') return match.rateInterval === undefined && formatRate(BigInt(match.rate.interval), packetScale).lossy ? 'iptables-save rounds this rate to another one' : undefined;
    const { cost, burst } = match.rate;
    if (speedOf(cost) === 0n) return 'iptables-save prints a rate below 16 bytes a second as 0b/s';
    return burst > 0 && byteBurst(cost, burst).lossy ? 'iptables-save rounds this burst down to another one' : undefined;
  },
};

/** What reaches the kernel; refused where iptables or the kernel refuses the sum of rate and burst. */
function storedRate(spelled: SpelledRate, burst: Burst | undefined, rateMatch: boolean, context: DecodeContext): HashlimitMatch['rate'] | undefined {
  const refuse = (reason: string): undefined => {
    context.report('kernel-refuses', { extension: 'hashlimit', reason });
    return undefined;
  };
  if (spelled.unit === 'packets') {
    const count = Number(burst?.bytes ?? BigInt(defaultBurst));
    if (count > 1_000_000) return refuse('a burst is at most 1000000 packets');
    const interval = rateMatch ? spelled.interval / BigInt(spelled.seconds) : spelled.interval;
    if (rateMatch ? interval === 0n || interval > BigInt(u32) : overflows(interval, count)) {
      return refuse('rate and burst overflow; write a lower burst');
    }
    return { unit: 'packets', interval: Number(interval), burst: count };
  }
  const { cost } = spelled;
  if (!rateMatch && cost < 2) return refuse('the rate is too high');
  if (burst === undefined) return { unit: 'bytes', cost, burst: 0 };
  const speed = speedOf(cost);
  if (speed === 0n) return refuse('a rate below 16 bytes a second takes no burst');
  if (burst.bytes < speed) return refuse(`a burst is at least one second's bytes, ${speed}b`);
  return { unit: 'bytes', cost, burst: storedBurst(burst.bytes, speed) };
}

function printRate({ comparison, rate }: HashlimitMatch): string {
  const option = `hashlimit-${comparison}`;
  if (rate.unit === 'packets') {
    return printValue(option, formatRate(BigInt(rate.interval), packetScale).text) + printValue('hashlimit-burst', rate.burst);
  }
  const speed = printValue(option, formatBytes(rate.cost));
  return rate.burst === 0 ? speed : speed + printValue('hashlimit-burst', byteBurst(rate.cost, rate.burst).text);
}

function printRest(match: HashlimitMatch, bits: number): string {
  const unless = (value: number, usual: number): number | undefined => (value === usual ? undefined : value);
  return (
    printValue('hashlimit-mode', match.mode.length === 0 ? undefined : match.mode.join(',')) +
    printValue('hashlimit-name', quoteIfNeeded(match.name)) +
    printValue('hashlimit-htable-size', unless(match.tableSize, 0)) +
    printValue('hashlimit-htable-max', unless(match.tableMax, 0)) +
    printValue('hashlimit-htable-gcinterval', unless(match.gcInterval, defaultGcInterval)) +
    printValue('hashlimit-htable-expire', unless(match.expire, rateSeconds(match.rate) * 1_000)) +
    printValue('hashlimit-srcmask', unless(match.sourcePrefix, bits)) +
    printValue('hashlimit-dstmask', unless(match.destinationPrefix, bits)) +
    printFlag('hashlimit-rate-match', match.rateInterval !== undefined) +
    printValue('hashlimit-rate-interval', match.rateInterval === undefined ? undefined : unless(match.rateInterval, 1))
  );
}

