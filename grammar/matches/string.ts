import { encodeText } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { readKeyword } from '../values/keyword.js';
import { readNumber, u16 } from '../values/number.js';
import { placeOf } from '../values/reporter.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

const patternLimit = 128;

/** One char per byte. */
const latin1 = (text: string): string => String.fromCharCode(...encodeText(text));

/** Text with `|41 42|` for bytes in hex and a backslash before what stands for itself, as iptables reads it; or what is wrong. */
export function parseHexPattern(text: string): { readonly pattern: string } | { readonly problem: string } {
  let pattern = '';
  let hex = false;
  let at = 0;
  while (at < text.length) {
    if (pattern.length >= patternLimit) return { problem: `holds more than ${patternLimit} bytes` };
    let literal = false;
    if (text[at] === '\\') {
      if (hex) return { problem: 'has a backslash among hex digits' };
      literal = true;
    } else if (text[at] === '|') {
      hex = !hex;
      if (hex) while (text[at + 1] === ' ') at += 1;
      if (at + 1 >= text.length) break;
      at += 1;
    }
    if (literal) {
      if (at + 1 >= text.length) return { problem: 'ends with a backslash' };
      pattern += text.charAt(at + 1);
      at += 2;
    } else if (hex) {
      const digits = text.slice(at, at + 2);
      if (at + 2 >= text.length) return { problem: 'has a hex part that does not end' };
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) return { problem: `has "${digits}" among hex digits` };
      pattern += String.fromCharCode(Number.parseInt(digits, 16));
      at += text[at + 2] === ' ' ? 3 : 2;
    } else {
      pattern += text.charAt(at);
      at += 1;
    }
  }
  return { pattern };
}

function readPattern(word: Word, context: DecodeContext, option: 'string' | 'hex-string'): string | undefined {
  const bytes = latin1(word.text);
  const read = option === 'string' ? { pattern: bytes } : parseHexPattern(bytes);
  const problem =
    'problem' in read ? read.problem : read.pattern === '' ? 'is empty' : read.pattern.length > patternLimit ? `holds more than ${patternLimit} bytes` : undefined;
  if (problem === undefined && 'pattern' in read) return read.pattern;
  context.report('bad-value', { option, text: word.text, problem: problem ?? '' }, placeOf(word, context));
  return undefined;
}

/** Hex when a byte is not printable or a backslash is last; the tool escapes quotes and backslashes otherwise. */
function formatPattern(pattern: string): { readonly option: string; readonly text: string } {
  if (!/^[\x20-\x7e]*[^\\]$/.test(pattern) || /[^\x20-\x7e]/.test(pattern)) {
    const digits = [...pattern].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
    return { option: 'hex-string', text: `"|${digits}|"` };
  }
  return { option: 'string', text: `"${pattern.replace(/["\\]/g, '\\$&')}"` };
}

export const string: MatchExtension<'string'> = {
  kind: 'string',
  modules: ['string'],
  families: [4, 6],
  options: [
    { name: 'from', arity: 1 },
    { name: 'to', arity: 1 },
    { name: 'algo', arity: 1, mandatory: true },
    { name: 'string', arity: 1, negatable: true, excludes: ['hex-string'] },
    { name: 'hex-string', arity: 1, negatable: true, excludes: ['string'] },
    { name: 'icase', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const pattern =
      uses.test('string', (word) => readPattern(word, context, 'string')) ??
      uses.test('hex-string', (word) => readPattern(word, context, 'hex-string'));
    const algorithm = uses.value('algo', (word) => readKeyword(word, context, ['bm', 'kmp'] as const, 'exact'));
    const from = uses.value('from', (word) => readNumber(word, context, u16)) ?? 0;
    const to = uses.value('to', (word) => readNumber(word, context, u16)) ?? u16;
    if (uses.failed || algorithm === undefined) return undefined;
    if (pattern === undefined) {
      context.report('option-needed', { extension: 'string', options: '--string or --hex-string' });
      return undefined;
    }
    if (from > to) {
      context.report('kernel-refuses', { extension: 'string', reason: '--from lies behind --to' });
      return undefined;
    }
    return { kind: 'string', source: context.source, pattern, algorithm, from, to, ...optional('icase', uses.flag('icase')) };
  },
  print(match) {
    const { option, text } = formatPattern(match.pattern.value);
    return (
      `${match.pattern.negated ? ' !' : ''} --${option} ${text}` +
      printValue('algo', match.algorithm) +
      printValue('from', match.from === 0 ? undefined : match.from) +
      printValue('to', match.to === u16 ? undefined : match.to) +
      printFlag('icase', match.icase)
    );
  },
};
