import type { Range } from '../../src/ir/index.js';
import type { Word } from '../extension.js';
import { parseUnsigned, u16, u64 } from './number.js';
import { parts, placeOf, type Reporter } from './reporter.js';
import { anyServicePort, servicePort } from './services.js';

/** `transport` narrows service names, as `-m tcp` looks up only tcp services; absent takes the table's first. */
export function parsePort(text: string, transport?: string): number | undefined {
  return parseUnsigned(text, u16) ?? servicePort(text, transport);
}

export function readPort(word: Word, reporter: Reporter, transport?: string): number | undefined {
  const port = parsePort(word.text, transport);
  if (port === undefined) reportPort(word, reporter);
  return port;
}

export function reportPort(word: Word, reporter: Reporter): void {
  if (/^-?[0-9]+$/.test(word.text)) {
    reporter.report('number-out-of-range', { text: word.text, min: 0, max: u16 }, placeOf(word, reporter));
  } else reporter.report('bad-port', { text: word.text }, placeOf(word, reporter));
}

/** `a`, `a:b`, `:b`, `a:`; reversed ends are an error. How tcp, udp, sctp and multiport read their options. */
export function readPortRange(word: Word, reporter: Reporter, transport?: string): Range | undefined {
  const colon = word.text.indexOf(':');
  if (colon < 0) {
    const port = readPort(word, reporter, transport);
    return port === undefined ? undefined : { min: port, max: port };
  }
  const [low, high] = parts(word, ':');
  if (low === undefined || high === undefined || word.text.indexOf(':', colon + 1) >= 0) {
    reportPort(word, reporter);
    return undefined;
  }
  const min = low.text === '' ? 0 : readPort(low, reporter, transport);
  const max = high.text === '' ? u16 : readPort(high, reporter, transport);
  if (min === undefined || max === undefined) return undefined;
  if (min > max) {
    reporter.report('reversed-range', { text: word.text }, placeOf(word, reporter));
    return undefined;
  }
  return { min, max };
}

/**
 * A port as getaddrinfo resolves it (`-m udp`, `--ctorigdstport`, `--on-port`): decimal only (`010` is 10), kept in an int
 * whose low 16 bits count, and then service names of any transport, tcp first. Measured: 70000 is 4464, 3000000000 is none.
 */
export function parseResolvedPort(text: string): number | undefined {
  const digits = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)$/.exec(text);
  if (digits !== null) {
    const number = BigInt(digits[2] ?? '0');
    const long = number > u64 ? u64 : digits[1] === '-' ? -number : number;
    const int = BigInt.asIntN(32, long);
    if (int >= 0n) return Number(int & 0xffffn);
  }
  return text === '' ? 0 : anyServicePort(text);
}

export function readResolvedPort(word: Word, reporter: Reporter): number | undefined {
  const port = parseResolvedPort(word.text);
  if (port === undefined) reportPort(word, reporter);
  else if (/^[0-9]+$/.test(word.text) && Number(word.text) > u16) {
    reporter.report('port-cut', { text: word.text, port }, placeOf(word, reporter));
  }
  return port;
}

/** A range of such ports; empty ends are 0 and 65535, and nobody minds when they are reversed (it matches nothing then). */
export function readResolvedPortRange(word: Word, reporter: Reporter): Range | undefined {
  const [low, high, ...more] = parts(word, ':');
  if (more.length > 0 || low === undefined) {
    reporter.report('too-many-values', { text: word.text, max: 2 }, placeOf(word, reporter));
    return undefined;
  }
  const min = low.text === '' ? 0 : readResolvedPort(low, reporter);
  const max = high === undefined ? min : high.text === '' ? u16 : readResolvedPort(high, reporter);
  return min === undefined || max === undefined ? undefined : { min, max };
}

export const formatPortRange = ({ min, max }: Range): string => (min === max ? String(min) : `${min}:${max}`);
