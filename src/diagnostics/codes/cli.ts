import { text, type Catalogue } from '../catalogue.js';

/** Wrong use of the command line, and files that cannot be read or written. */
export const cliCodes = {
  'usage': {
    severity: 'error',
    message: text`${'problem'}`,
    page: 'The command line could not be understood. `ferrule COMMAND --help` shows what a command takes.',
  },
  'unreadable-file': {
    severity: 'error',
    message: text`cannot read ${'file'}: ${'reason'}`,
    page: 'An input file could not be opened or read. `-` stands for standard input.',
  },
  'unwritable-file': {
    severity: 'error',
    message: text`cannot write ${'file'}: ${'reason'}`,
    page: 'The output is written whole or not at all: to a temporary file beside the target, which then takes its place. Nothing was changed.',
  },
  'family-mismatch': {
    severity: 'error',
    message: text`${'file'} was given as IPv${'wanted'}, but both files are of that family`,
    page: '`-4` takes the rules of iptables, `-6` those of ip6tables; each once.',
  },
  'not-canonical': {
    severity: 'error',
    message: text`${'file'} is not in canonical form`,
    page: '`ferrule fmt --check` compares a file with what `ferrule fmt` prints, and changes nothing. Run `ferrule fmt -o FILE FILE` to rewrite it.',
  },
  'check-failed': {
    severity: 'error',
    message: text`${'packet'}: the rules say ${'left'}, the output says ${'right'}`,
    page: 'The translation was checked with packets aimed at the edges of every rule, and one of them was judged otherwise by the output than by the rules. This is a fault of ferrule: please report it with the rules and the packet.',
  },
} as const satisfies Catalogue;
