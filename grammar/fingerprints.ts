import { byteLength, truncateBytes, type Fingerprint, type WindowForm } from '../src/ir/index.js';
import type { Result } from '../src/diagnostics/index.js';
import type { Word } from './extension.js';
import { forEachLine, wholeLine, type Line } from './lines.js';
import { LineReporter, type Log } from './report.js';

/** Bytes that `nfnl_osf` reads of a line, its newline included, and of a list of options. */
const lineLimit = 1023;
const optionsLimit = 126;
/** Bytes of a name that the kernel keeps, and options that it has room for. */
const nameLimit = 31;
const optionCountLimit = 40;

const partNames = ['window', 'TTL', "don't fragment", 'length', 'options', 'system', 'version', 'subtype', 'description'];

/**
 * Reads fingerprints in the form of pf.os, as `nfnl_osf` loads them: `WINDOW:TTL:DF:LENGTH:OPTIONS:SYSTEM:VERSION:SUBTYPE:DESCRIPTION`.
 * What it takes for a 0, or for any window, although it says something else is an error here.
 */
export function parseFingerprints(text: string, options: { readonly file: string }): Result<readonly Fingerprint[]> {
  const to: Log = { file: options.file, diagnostics: [] };
  const value: Fingerprint[] = [];
  forEachLine(text, to, (line) => {
    if (line.text === '' || line.text.startsWith('#') || line.text.startsWith('\r')) return;
    const reporter = new LineReporter(to, wholeLine(line));
    const read = readLine(line, reporter);
    if (read !== undefined && !reporter.failed) value.push(read);
  });
  return { value, diagnostics: to.diagnostics };
}

function readLine(line: Line, reporter: LineReporter): Fingerprint | undefined {
  const problem = (text: string, at?: Word): undefined => void reporter.report('bad-fingerprint', { problem: text }, at === undefined ? undefined : reporter.at(at));
  if (byteLength(line.text) >= lineLimit) return problem(`nfnl_osf reads no line of more than ${lineLimit - 1} bytes`);
  // It takes the last byte for the newline.
  const parts = partsOf(line.newline ? line.text : line.text.slice(0, -1));
  const [window, ttl, flag, length, options, name] = parts;
  if (parts.length !== partNames.length || window === undefined || ttl === undefined || flag === undefined || length === undefined || options === undefined || name === undefined) {
    return problem(`it has ${parts.length} parts between colons, not ${partNames.length}: ${partNames.join(':')}`);
  }
  const numberOf = (part: Word, index: number, max: number): number => {
    const text = part.text.trimEnd();
    if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
    problem(`its ${partNames[index]} is ${JSON.stringify(text)}, not a number from 0 to ${max}`, part);
    return 0;
  };
  const form = windowOf(window.text);
  if (typeof form === 'string') return problem(form, window);
  if (byteLength(options.text) > optionsLimit) return problem(`nfnl_osf reads ${optionsLimit} bytes of options`, options);
  const listed = optionsOf(options, reporter);
  if (listed.length > optionCountLimit) return problem(`it has more than ${optionCountLimit} options`, options);
  return {
    window: form, ttl: numberOf(ttl, 1, 255), dontFragment: numberOf(flag, 2, 255) !== 0, length: numberOf(length, 3, 65535), options: listed,
    system: truncateBytes(name.text.replace(/^[@*]/, ''), nameLimit),
  };
}

/** Blanks behind a colon belong to no part. */
function partsOf(text: string): readonly Word[] {
  return [...text.matchAll(/(^|:)([^:]*)/g)].map((found, index) => {
    const whole = found[2] ?? '';
    const kept = index === 0 ? whole : whole.trimStart();
    const endColumn = found.index + found[0].length + 1;
    return { text: kept, column: endColumn - kept.length, endColumn: Math.max(endColumn, endColumn - kept.length + 1) };
  });
}

const forms: readonly (readonly [RegExp, (number: number) => WindowForm])[] = [
  [/^\*$/, () => ({ kind: 'any' })],
  [/^(\d+)$/, (number) => (number === 0 ? { kind: 'any' } : { kind: 'exactly', number })],
  [/^S(?:%?(\d+)|\*)$/, (number) => ({ kind: 'segments', number })],
  [/^T(?:%?(\d+)|\*)$/, (number) => ({ kind: 'packets', number })],
  [/^%(\d+)$/, (number) => ({ kind: 'multiple', number })],
];

/** `S*` and `T*` are 0 times. */
function windowOf(text: string): WindowForm | string {
  for (const [pattern, make] of forms) {
    const found = pattern.exec(text.trimEnd());
    if (found === null) continue;
    const number = Number(found[1] ?? 0);
    if (number > 0xffff_ffff) return `its window is beyond 32 bits: ${text.trimEnd()}`;
    const form = make(number);
    return form.kind === 'multiple' && number === 0 ? 'its window is a multiple of 0, by which the kernel would divide' : form;
  }
  return `its window is ${JSON.stringify(text)}: a number, * for any, %n for a multiple, Sn for so many times the MSS, Tn for so many times the MSS and 40`;
}

const kinds: Readonly<Record<string, { readonly kind: number; readonly bytes: number }>> = {
  E: { kind: 0, bytes: 1 }, N: { kind: 1, bytes: 1 }, M: { kind: 2, bytes: 4 }, W: { kind: 3, bytes: 3 }, S: { kind: 4, bytes: 2 }, T: { kind: 8, bytes: 10 },
};

/** The letter tells the option; what stands behind it the kernel does not compare. A dot is none. */
function optionsOf(part: Word, reporter: LineReporter): Fingerprint['options'] {
  return [...part.text.matchAll(/[^,]+/g)].flatMap((found) => {
    const text = found[0].trim();
    const known = kinds[text.charAt(0)];
    if (known !== undefined) return [known];
    const column = part.column + found.index;
    if (text !== '.' && text !== '') reporter.report('fingerprint-option', { text }, reporter.at({ text, column, endColumn: column + found[0].length }));
    return [];
  });
}
