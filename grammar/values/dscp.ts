import type { Word } from '../extension.js';
import { placeOf, type Reporter } from './reporter.js';

/** Class names of RFC 2474 and 2597; a word that begins with one is taken for it. */
const classes: readonly (readonly [string, number])[] = [
  ['CS0', 0x00], ['CS1', 0x08], ['CS2', 0x10], ['CS3', 0x18], ['CS4', 0x20], ['CS5', 0x28], ['CS6', 0x30], ['CS7', 0x38],
  ['BE', 0x00],
  ['AF11', 0x0a], ['AF12', 0x0c], ['AF13', 0x0e], ['AF21', 0x12], ['AF22', 0x14], ['AF23', 0x16],
  ['AF31', 0x1a], ['AF32', 0x1c], ['AF33', 0x1e], ['AF41', 0x22], ['AF42', 0x24], ['AF43', 0x26],
  ['EF', 0x2e],
];

export const dscpLimit = 0x3f;

export function readDscpClass(word: Word, reporter: Reporter): number | undefined {
  const folded = word.text.toUpperCase();
  const found = classes.find(([name]) => folded.startsWith(name));
  if (found === undefined) {
    reporter.report('bad-keyword', { text: word.text, expected: classes.map(([name]) => name).join(', ') }, placeOf(word, reporter));
  }
  return found?.[1];
}
