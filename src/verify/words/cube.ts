import { type Family, fieldBits, type Field, fields, type Interval, isCountField, unreachable } from '../../ir/index.js';
import { formatAddress, formatMac, tcpFlags } from '../../packet/index.js';
import { portProtocols, protocolName } from '../../packet/protocols.js';
import { type Bdd, BudgetExceeded } from '../../symbolic/bdd.js';
import { intervalsNode } from '../../symbolic/interval.js';
import { type Block, ctStateCodes, type Layout } from '../../symbolic/layout.js';
import { addressTypeCodes, type Vocabulary } from '../../symbolic/vocabulary.js';
import { coverOf, type Part } from '../cover.js';
import type { ReadableCube } from '../result.js';
import { type BitPattern, blockValues, type BlockValues } from './block.js';
import { interfaceWords } from './interfaces.js';
import { opaqueWords, type OpaqueText } from './opaque.js';
import { addressWords, hexWords, numbersIn, numberWords, shorter } from './values.js';

/** What is needed to say a part of a region in words. */
export interface Speech {
  readonly family: Family;
  readonly bdd: Bdd;
  readonly layout: Layout;
  readonly vocabulary: Vocabulary;
  readonly opaqueText: OpaqueText;
}

type Dimension = ReadableCube['dimensions'][number];

/** A region in at most `limit` parts, as a person would say them. `possible`: what can come there at all, which is not said. */
export function readableRegion(region: number, possible: number, limit: number, speech: Speech): { readonly region: readonly ReadableCube[]; readonly complete: boolean } {
  try {
    const { parts, complete } = coverOf(speech.bdd, region, possible, speech.layout.blocks, reluctance, limit, natural(speech));
    return { region: parts.map((part) => readablePart(part, speech)), complete };
  } catch (error) {
    // The answer is there; only the nodes to say it better are not.
    if (!(error instanceof BudgetExceeded)) throw error;
    return { region: [], complete: false };
  }
}

/** Packets in one piece with whole headers: what a reader thinks of first. */
function natural({ bdd, layout }: Speech): number {
  const all = (levels: readonly number[], bit: 0 | 1): number => levels.reduce((node, level) => bdd.and(node, bit === 1 ? bdd.variable(level) : bdd.not(bdd.variable(level))), 1);
  return layout.blocks.reduce((node, { name, levels }) => {
    // Spare codes mean the last: a header that holds all that is asked for.
    if (name === '[transport bytes]') return bdd.and(node, intervalsNode(bdd, levels, full(levels.length), [{ min: BigInt(layout.transportLength.thresholds.length), max: full(levels.length) }]));
    if (name === 'ip.fragment-offset') return bdd.and(node, all(levels, 0));
    return node;
  }, 1);
}

/** What is said only if it must be comes first: the proof's own variables, then states of the connection, then headers. */
function reluctance({ name }: Block): number {
  const rank = [/^\[(attached|comes attached|first|snat|dnat)\]$/, /^\[type of/, /^\[present/, /^\[transport bytes\]$/, /fragment-offset/, /^tcp\.flags$/, /^\[state\]$/, /^\[/, /^ct\./, /mark$/].findIndex((pattern) => pattern.test(name));
  return rank < 0 ? 100 : rank;
}

function readablePart(part: Part, speech: Speech): ReadableCube {
  const blocks = [...part].map(([block, node]) => ({ block, values: blockValues(speech.bdd, node, block) }));
  const protocols = blocks.find(({ block }) => block.name === 'ip.protocol')?.values.intervals;
  const place = ({ block }: (typeof blocks)[number]): number => {
    const rank = saidFirst.indexOf(block.name);
    return rank < 0 ? saidFirst.length + speech.layout.blocks.indexOf(block) : rank;
  };
  return { dimensions: blocks.toSorted((a, b) => place(a) - place(b)).flatMap(({ block, values }) => (values.intervals === undefined ? patternDimension(block, values, speech) : dimensionOf(block.name, values, values.intervals, protocols, speech))).filter(({ values }) => values.length > 0) };
}

/** The order in which a person names what a packet is; the rest follows as it comes. */
const saidFirst = ['[in]', '[out]', '[state]', 'ip.protocol', 'ip.source', 'transport.source-port', 'ip.destination', 'transport.destination-port', 'tcp.flags', '[transport bytes]', 'ip.fragment-offset'];

/** Values that are no few intervals: `0x4000/0x4000`, `0.0.0.1/0.0.0.255`. */
function patternDimension({ name }: Block, values: BlockValues, { family }: Speech): readonly Dimension[] {
  const { patterns, complete } = values.patterns();
  const isAddress = isField(name) && fields[name].bits === 'address';
  const one = (value: bigint): string => (isAddress ? formatAddress(family, value) : `0x${value.toString(16)}`);
  const texts = patterns.map(({ set, clear }) => `${one(set)}/${one(set | clear)}`);
  return [{ name: isField(name) ? fieldNames[name] : name, values: complete ? texts : [...texts, 'others'] }];
}

/** What a block of variables is about, in a word or two. */
export function blockTitle(name: string): string {
  if (isField(name)) return fieldNames[name];
  return name === '[in]' || name === '[out]' ? `${name.slice(1, -1)} interface` : name.replace(/^\[(.*)\]$/s, '$1');
}

const full = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

function dimensionOf(name: string, values: BlockValues, intervals: readonly Interval[], protocols: readonly Interval[] | undefined, speech: Speech): readonly Dimension[] {
  if (name === 'transport.source-port' || name === 'transport.destination-port' || name === 'ah.spi') return transportDimension(name, intervals, protocols, speech);
  if (name === 'tcp.flags') return [{ name: fieldNames[name], values: flagWords(values.patterns()) }];
  if (isField(name)) return [{ name: fieldNames[name], values: fieldWords(name, intervals, speech.family) }];
  const { vocabulary, layout } = speech;
  const one = (title: string, words: readonly string[]): readonly Dimension[] => [{ name: title, values: words }];
  switch (name) {
    case '[in]':
    case '[out]': {
      const direction = name === '[in]' ? 'in' : 'out';
      return one(`${direction} interface`, interfaceWords(numbersIn(intervals), layout.interfaces(direction).representatives, vocabulary.patterns[direction]));
    }
    case '[state]':
      return one('state', coded(intervals, ctStateCodes));
    case '[attached]':
      return one('attached before tracking', coded(intervals, ['nothing', 'NOTRACK', 'CT', 'its connection']));
    case '[comes attached]':
    case '[first]':
    case '[snat]':
    case '[dnat]':
    case '[mss present]':
      return one(yesNoNames[name], yesNo(intervals));
    case '[transport bytes]':
      return one('transport header', lengthWords(numbersIn(intervals), layout.transportLength.thresholds));
    case '[mss]':
      return one('MSS', numberWords(intervals));
    default:
      break;
  }
  const type = /^\[type of (source|destination)(?: via (in|out))?( \(after writing \d+\))?\]$/.exec(name);
  if (type !== null) return one(`type of the ${type[3] === undefined ? '' : 'new '}${type[1] ?? ''}${type[2] === undefined ? '' : ` at the ${type[2]} interface`}`, coded(intervals, addressTypeCodes));
  return one(opaqueWords(name.replace(/^\[(.*)\]$/s, '$1'), speech.opaqueText), yesNo(intervals));
}

const yesNoNames = { '[comes attached]': 'comes with its connection', '[first]': 'first packet of its connection', '[snat]': 'source translated', '[dnat]': 'destination translated', '[mss present]': 'MSS option' } as const;

const isField = (name: string): name is Field => Object.hasOwn(fields, name);

/** Spare codes mean the last real one. No words where it is all of them. */
function coded(intervals: readonly Interval[], names: readonly string[]): readonly string[] {
  const words = [...new Set(numbersIn(intervals).map((code) => names[Math.min(code, names.length - 1)] ?? String(code)))];
  const others = names.filter((name) => !words.includes(name));
  if (others.length === 0) return [];
  return others.length < words.length ? others.map((other) => `not ${other}`) : words;
}

const clock = (seconds: bigint): string => [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => part.toString().padStart(2, '0')).join(':');

const yesNo = (intervals: readonly Interval[]): readonly string[] => numbersIn(intervals).map((bit) => (bit === 1 ? 'yes' : 'no'));

/** Class k holds the first k thresholds and not the next. */
function lengthWords(classes: readonly number[], thresholds: readonly number[]): readonly string[] {
  const out: string[] = [];
  const codes = [...new Set(classes.map((code) => Math.min(code, thresholds.length)))];
  for (let at = 0; at < codes.length; ) {
    const from = codes[at] ?? 0;
    let to = from;
    while (codes[at + 1] === to + 1) [at, to] = [at + 1, to + 1];
    at += 1;
    const least = from === 0 ? undefined : thresholds[from - 1];
    const below = thresholds[to];
    out.push(least === undefined ? `shorter than ${below ?? 0} bytes` : below === undefined ? `at least ${least} bytes` : `${least} to ${below - 1} bytes`);
  }
  return out;
}

/** The first bytes of the transport header are ports under some protocols, a type and a code or an SPI under others. */
function transportDimension(name: 'transport.source-port' | 'transport.destination-port' | 'ah.spi', intervals: readonly Interval[], protocols: readonly Interval[] | undefined, { family }: Speech): readonly Dimension[] {
  const numbers = protocols === undefined || protocols.some(({ min, max }) => max - min > 8n) ? [] : numbersIn(protocols);
  const only = (wanted: readonly number[]): boolean => numbers.length > 0 && numbers.every((number) => wanted.includes(number));
  if (name === 'transport.source-port' && only([family === 4 ? 1 : 58])) return typeAndCode(intervals);
  if (name === 'transport.source-port' && only([50])) return [{ name: 'upper half of the SPI', values: hexWords(intervals) }];
  if (name === 'transport.destination-port' && only([50])) return [{ name: 'lower half of the SPI', values: hexWords(intervals) }];
  if (name === 'ah.spi') return [{ name: only([51]) ? 'SPI' : 'bytes 4 to 7 of the transport header', values: hexWords(intervals) }];
  const title = name === 'transport.source-port' ? 'source port' : 'destination port';
  const bytes = name === 'transport.source-port' ? 'bytes 0 and 1 of the transport header' : 'bytes 2 and 3 of the transport header';
  return [{ name: numbers.length > 0 && !only(portProtocols) ? bytes : title, values: shorter(intervals, full(16), numberWords) }];
}

function typeAndCode(intervals: readonly Interval[]): readonly Dimension[] {
  const whole = intervals.every(({ min, max }) => min % 256n === 0n && max % 256n === 255n);
  if (whole) return [{ name: 'icmp type', values: shorter(intervals.map(({ min, max }) => ({ min: min >> 8n, max: max >> 8n })), full(8), numberWords) }];
  const values = intervals.map(({ min, max }) => {
    if (min >> 8n !== max >> 8n) return `${min >> 8n} code ${min & 255n} to ${max >> 8n} code ${max & 255n}`;
    return `${min >> 8n} code ${numberWords([{ min: min & 255n, max: max & 255n }]).join('')}`;
  });
  return [{ name: 'icmp type', values }];
}

const fieldNames: { readonly [F in Field]: string } = {
  'ip.source': 'source', 'ip.destination': 'destination', 'ip.tos': 'tos', 'ip.ttl': 'ttl', 'ip.length': 'length', 'ip.protocol': 'protocol', 'ip.fragment-offset': 'fragment offset',
  'transport.source-port': 'source port', 'transport.destination-port': 'destination port', 'tcp.flags': 'tcp flags', 'icmp.type': 'icmp type', 'icmp.code': 'icmp code', 'esp.spi': 'SPI',
  'ah.spi': 'SPI', 'ah.length': 'authentication header length', 'ah.reserved': 'authentication header reserved',
  'dccp.type': 'DCCP type', 'ipcomp.cpi': 'CPI', 'mobility.next-header': 'header behind the mobility header', 'mobility.type': 'mobility type', 'hop-by-hop.length': 'hop-by-hop length',
  'destination-options.length': 'destination options length', 'routing.next-header': 'header behind the routing header', 'routing.length': 'routing header length', 'routing.type': 'routing type',
  'routing.segments-left': 'segments left', 'routing.last-entry': 'last segment', 'routing.flags': 'segment routing flags', 'routing.tag': 'segment routing tag', 'routing.address-1': 'first routing address',
  'routing.address-2': 'second routing address', 'fragment.reserved': 'fragment header reserved', 'fragment.offset': 'offset in the fragment header', 'fragment.reserved-bits': 'fragment reserved bits',
  'fragment.more': 'more fragments', 'fragment.id': 'fragment id', 'packet.mark': 'mark', 'packet.type': 'packet type', 'ethernet.source': 'source mac',
  'socket.uid': 'uid', 'socket.gid': 'gid', 'socket.class': 'cgroup class', 'socket.mark': 'mark of the socket', 'host.processor': 'processor', 'route.realm': 'realm',
  'device.in-group': 'group of the input interface', 'device.out-group': 'group of the output interface', 'clock.seconds': 'seconds since 1970', 'clock.of-day': 'time of day (UTC)',
  'clock.weekday': 'weekday (UTC)', 'ct.mark': 'connection mark', 'ct.direction': 'connection direction', 'ct.status': 'connection status', 'ct.protocol': 'connection protocol',
  'ct.original-source': 'original source', 'ct.original-destination': 'original destination', 'ct.reply-source': 'reply source', 'ct.reply-destination': 'reply destination',
  'ct.original-source-port': 'original source port', 'ct.original-destination-port': 'original destination port', 'ct.reply-source-port': 'reply source port',
  'ct.reply-destination-port': 'reply destination port', 'ct.expiration': 'seconds to expiry',
  'ct.original-packets': 'original packets of the connection',
  'ct.original-bytes': 'original bytes of the connection',
  'ct.original-average': 'average size of original packets of the connection',
  'ct.reply-packets': 'reply packets of the connection',
  'ct.reply-bytes': 'reply bytes of the connection',
  'ct.reply-average': 'average size of reply packets of the connection',
  'ct.packets': 'packets of the connection',
  'ct.bytes': 'bytes of the connection',
  'ct.average': 'average size of packets of the connection',
};

function fieldWords(field: Field, intervals: readonly Interval[], family: Family): readonly string[] {
  const most = full(fieldBits(field, family));
  if (isCountField(field)) return shorter(intervals, most, numberWords);
  switch (field) {
    case 'ip.source':
    case 'ip.destination':
    case 'ct.original-source':
    case 'ct.original-destination':
    case 'ct.reply-source':
    case 'ct.reply-destination':
    case 'routing.address-1':
    case 'routing.address-2':
      return shorter(intervals, most, addressWords(family));
    case 'ip.protocol':
    case 'ct.protocol':
      return shorter(intervals, most, (some) => some.flatMap(({ min, max }) => (max - min < 2n ? numbersIn([{ min, max }]).map(protocolName) : [`${min}-${max}`])));
    case 'tcp.flags':
    case 'packet.type':
      return coded(intervals, ['unicast', 'broadcast', 'multicast', 'for another host']);
    case 'clock.weekday':
      return coded(intervals, ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']);
    case 'clock.of-day':
      return shorter(intervals, most, (some) => some.map(({ min, max }) => (min === max ? clock(min) : `${clock(min)} to ${clock(max)}`)));
    case 'ct.direction':
      return coded(intervals, ['original', 'reply']);
    case 'ethernet.source':
      return shorter(intervals, most, (some) => some.map(({ min, max }) => (min === max ? formatMac(Number(min)) : `${formatMac(Number(min))}-${formatMac(Number(max))}`)));
    case 'packet.mark':
    case 'ct.mark':
    case 'ct.status':
    case 'socket.class':
    case 'socket.mark':
    case 'route.realm':
    case 'ip.tos':
    case 'esp.spi':
    case 'ah.spi':
    case 'fragment.id':
    case 'routing.flags':
      return shorter(intervals, most, hexWords);
    case 'ip.ttl':
    case 'ip.length':
    case 'ip.fragment-offset':
    case 'transport.source-port':
    case 'transport.destination-port':
    case 'icmp.type':
    case 'icmp.code':
    case 'ah.length':
    case 'ah.reserved':
    case 'dccp.type':
    case 'ipcomp.cpi':
    case 'mobility.next-header':
    case 'mobility.type':
    case 'hop-by-hop.length':
    case 'destination-options.length':
    case 'routing.next-header':
    case 'routing.length':
    case 'routing.type':
    case 'routing.segments-left':
    case 'routing.last-entry':
    case 'routing.tag':
    case 'fragment.reserved':
    case 'fragment.offset':
    case 'fragment.reserved-bits':
    case 'fragment.more':
    case 'socket.uid':
    case 'socket.gid':
    case 'host.processor':
    case 'device.in-group':
    case 'device.out-group':
    case 'clock.seconds':
    case 'ct.original-source-port':
    case 'ct.original-destination-port':
    case 'ct.reply-source-port':
    case 'ct.reply-destination-port':
    case 'ct.expiration':
      return shorter(intervals, most, numberWords);
    default:
      return unreachable(field);
  }
}

/** `syn without ack,rst,fin`, for each pattern of set and clear flags. */
function flagWords({ patterns, complete }: { readonly patterns: readonly BitPattern[]; readonly complete: boolean }): readonly string[] {
  const names = (bits: bigint): string => Object.entries(tcpFlags).filter(([, bit]) => (bits & BigInt(bit)) !== 0n).map(([flag]) => flag).join('+');
  const words = patterns.map(({ set, clear }) => {
    if ((set | clear) === 0xffn) return set === 0n ? 'none' : `${names(set)} alone`;
    if (clear === 0n) return names(set);
    return set === 0n ? `without ${names(clear)}` : `${names(set)} without ${names(clear)}`;
  });
  return complete ? words : [...words, 'others'];
}
