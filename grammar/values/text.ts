import { byteLength, truncateBytes } from '../../src/ir/index.js';
import type { Word } from '../extension.js';
import { placeOf, type Reporter } from './reporter.js';

/** Text that is cut to `max` bytes without a word by iptables; here a warning says so. */
export function readCutText(word: Word, reporter: Reporter, option: string, max: number): string {
  if (byteLength(word.text) <= max) return word.text;
  reporter.report('text-cut', { option, max }, placeOf(word, reporter));
  return truncateBytes(word.text, max);
}

/** A log prefix: not empty, no newline, cut to `max` bytes. */
export function readPrefix(word: Word, reporter: Reporter, option: string, max: number): string | undefined {
  const problem = word.text === '' ? 'is empty' : word.text.includes('\n') ? 'holds a newline' : undefined;
  if (problem === undefined) return readCutText(word, reporter, option, max);
  reporter.report('bad-value', { option, text: word.text, problem }, placeOf(word, reporter));
  return undefined;
}

/** Names of entries below /proc, as recent and hashlimit make them. */
export function readProcName(word: Word, reporter: Reporter, option: string, max: number): string | undefined {
  const { text } = word;
  if (text === '' || text === '.' || text === '..' || text.includes('/')) {
    reporter.report('kernel-refuses', { extension: `--${option}`, reason: `"${text}" cannot be a file name below /proc` }, placeOf(word, reporter));
    return undefined;
  }
  return readCutText(word, reporter, option, max);
}
