import { byteLength, type InterfacePattern } from '../../src/ir/index.js';
import type { Word } from '../extension.js';
import { placeOf, type Reporter } from './reporter.js';

/** Bytes of the longest interface name, a trailing `+` included. */
const nameLimit = 15;

/** `eth0`, `eth+`, `+`; anything up to 15 bytes, but not nothing. */
export function readInterface(word: Word, reporter: Reporter): InterfacePattern | undefined {
  if (word.text === '') {
    reporter.report('empty-interface', {}, placeOf(word, reporter));
    return undefined;
  }
  if (byteLength(word.text) > nameLimit) {
    reporter.report('interface-too-long', { text: word.text, max: nameLimit }, placeOf(word, reporter));
    return undefined;
  }
  return word.text.endsWith('+') ? { name: word.text.slice(0, -1), prefix: true } : { name: word.text, prefix: false };
}

/** Not quoted, as iptables-save prints it; see `quoteIfNeeded` for names with blanks. */
export const formatInterface = ({ name, prefix }: InterfacePattern): string => (prefix ? `${name}+` : name);
