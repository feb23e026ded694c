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
  'proof-failed': {
    severity: 'error',
    message: text`the output is not equal to the rules at ${'where'}: ${'packet'} is ${'left'} by the rules and ${'right'} by the output`,
    page: 'Every translation is proved equal to its rules before it is printed, and this one is not: the packet of the message is one on which they differ. Nothing was printed. This is a fault of ferrule: please report it with the rules and the packet.',
  },
  'proof-gave-up': {
    severity: 'error',
    message: text`the translation could not be proved: gave up after ${'nodes'} nodes of the decision diagram`,
    page: 'Every translation is proved equal to its rules before it is printed. The proof turns both into decision diagrams, whose size is limited so that memory is not used up; several orders of variables were tried. With --no-verify the output is printed without a proof; --check still judges packets aimed at the edges of every rule.',
  },
  'suite-gave-up': {
    severity: 'error',
    message: text`the suite of --witnesses could not be made: the rules ask too many questions that hang together`,
    page: 'The classes of packets that rules tell apart are the ways through a decision diagram, whose size is limited so that memory is not used up; several orders of variables were tried. Nothing was written.',
  },
} as const satisfies Catalogue;
