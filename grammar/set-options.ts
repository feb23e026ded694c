import { addressBits, type NamedSet, type SetElement } from '../src/ir/index.js';
import type { Word } from './extension.js';
import type { LineReporter } from './report.js';
import { rangeOf } from './set-parts.js';
import { parseAddress } from './values/address.js';
import { parseUnsigned, u16, u32 } from './values/number.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A set that is being read, and what its elements may carry. */
export interface Draft {
  readonly set: Mutable<NamedSet> & { readonly elements: SetElement[] };
  comments: boolean;
  infos: boolean;
}

/** Options of `create` that change nothing about what a set holds, and how many values they take. */
const neutral: Readonly<Record<string, number>> = { hashsize: 1, size: 1, bucketsize: 1, initval: 1 };

const netmaskTypes: ReadonlySet<string> = new Set(['hash:ip', 'hash:ip,port', 'hash:net,net', 'bitmap:ip']);
const bitmaskTypes: ReadonlySet<string> = new Set(['hash:ip', 'hash:ip,port', 'hash:net,net']);

/** Reads what follows the type in a `create` line. */
export function readSetOptions(options: readonly Word[], draft: Draft, reporter: LineReporter): void {
  const { set } = draft;
  const type = `${set.method}:${set.dimensions.join(',')}`;
  if (options.some((word, at) => word.text === 'family' && options[at + 1]?.text === 'inet6')) set.family = 6;
  for (let at = 0; at < options.length; at++) {
    const option = options[at];
    if (option === undefined) break;
    const fits = (allowed: boolean): boolean => {
      if (!allowed) reporter.report('set-option-out-of-place', { option: option.text, holder: `a set of type ${type}` }, reporter.at(option));
      return allowed;
    };
    const count = (max: number): number | undefined => readCount(option, options[++at], max, reporter);
    switch (option.text) {
      case 'counters':
        set.counters = true;
        break;
      case 'comment':
        draft.comments = true;
        break;
      case 'skbinfo':
        draft.infos = true;
        break;
      case 'forceadd':
        if (fits(set.method === 'hash')) set.forceadd = true;
        break;
      case 'family': {
        const family = options[++at];
        if (family?.text !== 'inet' && family?.text !== 'inet6') badValue(option, family, 'a family: inet or inet6', reporter);
        break;
      }
      case 'timeout': {
        const seconds = count(longest);
        if (seconds !== undefined) set.timeout = seconds;
        break;
      }
      case 'maxelem': {
        const room = count(u32);
        if (room !== undefined) set.room = room;
        break;
      }
      case 'netmask': {
        const length = count(addressBits(set.family));
        if (length !== undefined && fits(netmaskTypes.has(type))) set.netmask = length;
        break;
      }
      case 'bitmask': {
        const value = options[++at];
        const mask = value === undefined ? undefined : parseAddress(set.family, value.text);
        if (mask === undefined) badValue(option, value, `an IPv${set.family} address`, reporter);
        else if (fits(bitmaskTypes.has(type))) set.bitmask = mask;
        break;
      }
      case 'markmask': {
        const mask = count(u32);
        if (mask !== undefined && fits(set.dimensions.includes('mark'))) set.markmask = mask;
        break;
      }
      case 'range': {
        const value = options[++at];
        const range = value === undefined ? undefined : rangeOf(value.text, set.dimensions[0] === 'port' ? 'port' : 'ip', set.family);
        if (range === undefined) badValue(option, value, 'a range', reporter);
        else if (fits(set.method === 'bitmap')) set.range = range;
        break;
      }
      default: {
        const values = Object.hasOwn(neutral, option.text) ? neutral[option.text] : undefined;
        if (values === undefined) {
          reporter.report('unknown-set-option', { option: option.text }, reporter.at(option));
          return;
        }
        at += values;
      }
    }
  }
}

/** In seconds; the kernel counts milliseconds in 31 bits. */
const longest = 2_147_483;

/** Everything that an `add` line says behind the element's parts. */
export type Extras = Omit<SetElement, 'parts' | 'source'> & { readonly wildcard?: true };

/** Undefined where an option is not known. */
export function readElementOptions(options: readonly Word[], { set, comments, infos }: Draft, reporter: LineReporter): Extras | undefined {
  const extras: Mutable<Extras> = set.timeout === undefined ? {} : { timeout: set.timeout };
  for (let at = 0; at < options.length; at++) {
    const option = options[at];
    if (option === undefined) break;
    const fits = (allowed: boolean, without: string): boolean => {
      if (!allowed) reporter.report('set-option-out-of-place', { option: option.text, holder: `an element of the set ${JSON.stringify(set.name)}, which ${without}` }, reporter.at(option));
      return allowed;
    };
    switch (option.text) {
      case 'nomatch':
        if (fits(set.dimensions.includes('net'), 'holds no networks')) extras.nomatch = true;
        break;
      case 'wildcard':
        if (fits(set.dimensions.includes('iface'), 'holds no interfaces')) extras.wildcard = true;
        break;
      case 'timeout': {
        const seconds = readCount(option, options[++at], longest, reporter);
        if (seconds !== undefined && fits(set.timeout !== undefined, 'was created without timeout')) extras.timeout = seconds;
        break;
      }
      case 'packets':
      case 'bytes': {
        const value = options[++at];
        const counted = value !== undefined && /^\d{1,20}$/.test(value.text) ? BigInt(value.text) : undefined;
        if (counted === undefined) badValue(option, value, 'a count', reporter);
        else if (fits(set.counters, 'was created without counters')) extras[option.text] = counted;
        break;
      }
      case 'comment': {
        const comment = options[++at];
        if (comment === undefined) badValue(option, comment, 'a comment', reporter);
        else if (fits(comments, 'was created without comment')) extras.comment = comment.text;
        break;
      }
      case 'skbmark': {
        const value = options[++at];
        const [mark = '', mask = '0xffffffff', ...more] = value?.text.split('/') ?? [];
        const [number, kept] = [parseUnsigned(mark, u32), parseUnsigned(mask, u32)];
        if (number === undefined || kept === undefined || more.length > 0) badValue(option, value, 'a mark, or MARK/MASK', reporter);
        else if (fits(infos, 'was created without skbinfo')) extras.mark = { value: number, mask: kept };
        break;
      }
      case 'skbprio': {
        const value = options[++at];
        const [, major, minor] = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(value?.text ?? '') ?? [];
        if (major === undefined || minor === undefined) badValue(option, value, 'a class, MAJOR:MINOR in hexadecimal', reporter);
        else if (fits(infos, 'was created without skbinfo')) extras.priority = parseInt(major, 16) * 0x10000 + parseInt(minor, 16);
        break;
      }
      case 'skbqueue': {
        const queue = readCount(option, options[++at], u16, reporter);
        if (queue !== undefined && fits(infos, 'was created without skbinfo')) extras.queue = queue;
        break;
      }
      default:
        reporter.report('unknown-set-option', { option: option.text }, reporter.at(option));
        return undefined;
    }
  }
  return extras;
}

function readCount(option: Word, value: Word | undefined, max: number, reporter: LineReporter): number | undefined {
  const count = value === undefined ? undefined : parseUnsigned(value.text, max);
  if (count === undefined) badValue(option, value, `a number from 0 to ${max}`, reporter);
  return count;
}

function badValue(option: Word, value: Word | undefined, expected: string, reporter: LineReporter): void {
  if (value === undefined) reporter.report('missing-set-word', { what: `the value of ${option.text}` }, reporter.at(option));
  else reporter.report('bad-set-element', { text: value.text, expected }, reporter.at(value));
}
