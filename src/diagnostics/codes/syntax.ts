import { text, type Catalogue } from '../catalogue.js';

/** Faults in the shape of a line. */
export const syntaxCodes = {
  'unknown-line': {
    severity: 'error',
    message: text`this stands outside a table: ${'text'}`,
    page: 'Outside `*table` ... `COMMIT` only comments that begin with `#` in the first column and empty lines may stand. A line of blanks is not empty. Chains and rules belong between `*table` and `COMMIT`.',
  },
  'blank-line': {
    severity: 'error',
    message: text`a line of blanks is not an empty line: iptables-restore takes it for a command`,
    page: 'Only a line without any byte is skipped. iptables-restore reads a line of blanks as a command without words ("no command specified") and refuses the whole file. Remove the blanks.',
  },
  'word-too-long': {
    severity: 'error',
    message: text`this word has ${'length'} bytes; iptables-restore takes ${'max'}`,
    page: 'One word of a rule line holds at most 1023 bytes, quotes not counted.',
  },
  'too-many-words': {
    severity: 'error',
    message: text`this line has ${'count'} words; iptables-restore takes ${'max'}`,
    page: 'iptables-restore keeps at most 255 arguments, four of them its own. Split the rule, or use an ipset for long lists.',
  },
  'line-too-long': {
    severity: 'warning',
    message: text`this line has more than ${'max'} bytes: iptables-restore reads the rest as a line of its own`,
    page: 'iptables-restore reads at most 10239 bytes at a time. What follows is read as another line, as it is here.',
  },
  'null-byte': {
    severity: 'warning',
    message: text`a null byte ends this line for iptables-restore; the rest is not read`,
    page: 'Lines are C strings to iptables-restore. What stands behind a null byte on the same line has no effect, there or here.',
  },
  'carriage-returns': {
    severity: 'warning',
    message: text`lines end in carriage returns, which iptables-restore refuses: they are left out here`,
    page: 'The file was written with DOS line ends. iptables-restore takes the carriage return for a part of the last word, and refuses the file. Convert it, for instance with `sed -i "s/\\r$//"`.',
  },
  'no-final-newline': {
    severity: 'warning',
    message: text`the last line has no newline: iptables-restore does not see this COMMIT and refuses the file`,
    page: 'iptables-legacy-restore compares the line with "COMMIT" and a newline. Add the newline.',
  },
  'commit-blanks': {
    severity: 'warning',
    message: text`blanks follow COMMIT: iptables-restore does not know the word then and refuses the file`,
    page: 'COMMIT must stand alone on its line. Remove the blanks.',
  },
  'unclosed-quote': {
    severity: 'warning',
    message: text`nothing closes this quote: it takes the rest of the line, the newline included`,
    page: 'iptables-restore accepts a quote that nothing closes. Everything up to and with the end of the line becomes part of the value, also what was meant as options.',
  },
  'bad-counters': {
    severity: 'error',
    message: text`counters need the form [packets:bytes]: ${'problem'}`,
    page: 'A line may begin with `[packets:bytes]`. A bracket that is opened must be closed, with a colon between.',
  },
  'counters-not-read': {
    severity: 'warning',
    message: text`"${'text'}" is not [packets:bytes]: iptables-restore ignores it, or refuses the file when called with -c`,
    page: 'Counters are looked at only by `iptables-restore -c`. Written otherwise they count as zero here.',
  },
} as const satisfies Catalogue;
