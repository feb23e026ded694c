import type { Range } from '../../src/ir/index.js';
import type { Word } from '../extension.js';
import { parseUnsigned, u16 } from './number.js';
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
 * A port as getaddrinfo resolves it (`--ctorigdstport`): decimal only, cut to 16 bits, and then service names of any
 * transport, tcp first.
 */
export function parseResolvedPort(text: string): number | undefined {
  const digits = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)$/.exec(text);
  if (digits === null) return anyServicePort(text);
  return Number(BigInt.asUintN(16, BigInt(digits[2] ?? '0') * (digits[1] === '-' ? -1n : 1n)));
}

export const formatPortRange = ({ min, max }: Range): string => (min === max ? String(min) : `${min}:${max}`);
