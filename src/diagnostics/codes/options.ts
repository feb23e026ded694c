import { text, type Catalogue } from '../catalogue.js';

/** Faults in the options of a command, before their values are looked at. */
export const optionsCodes = {
  'unknown-option': {
    severity: 'error',
    message: text`unknown option ${'option'}`,
    page: 'An option of an extension exists only after the `-m`, `-p` or `-j` that brings it: `--dport` needs `-p tcp` or `-m udp` before it. Options of different extensions may look alike.',
  },
  'ambiguous-option': {
    severity: 'error',
    message: text`${'option'} may mean ${'candidates'}`,
    page: 'Options may be shortened as long as only one begins that way.',
  },
  'option-without-value': {
    severity: 'error',
    message: text`${'option'} takes no value`,
    page: 'Nothing may be attached to this option with `=`.',
  },
  'missing-value': {
    severity: 'error',
    message: text`${'option'} needs ${'count'} after it`,
    page: 'The option takes the next words as its values, whatever they are; there were too few.',
  },
  'unexpected-word': {
    severity: 'error',
    message: text`"${'text'}" stands where an option is expected`,
    page: 'Every option takes a fixed number of words. This one is left over: an option lacks before it, it was split by a blank, or a quote is missing. `#` begins a comment only in the first column.',
  },
  'old-negation': {
    severity: 'warning',
    message: text`"!" belongs before ${'option'}: iptables refuses this form since 2010`,
    page: 'Write `! -s 10.0.0.0/8` for `-s ! 10.0.0.0/8`. The old form is read as it was meant.',
  },
  'double-negation': {
    severity: 'error',
    message: text`"!" stands twice`,
    page: 'iptables knows one negation for an option.',
  },
  'dangling-negation': {
    severity: 'error',
    message: text`"!" stands before nothing that it could negate`,
    page: 'A `!` must be followed by the option that it negates.',
  },
  'not-negatable': {
    severity: 'error',
    message: text`"!" cannot stand before ${'option'}`,
    page: 'Only tests can be negated, and not all of them.',
  },
  'attached-value': {
    severity: 'warning',
    message: text`iptables takes all of "${'text'}" for the value of ${'option'}`,
    page: 'iptables 1.8.9 does not take values attached to -s, -d, -i, -o, -p and -j: `-ieth0` asks for an interface called "-ieth0". Put a blank between option and value.',
  },
  'repeated-option': {
    severity: 'error',
    message: text`${'option'} is given twice`,
    page: 'This option may stand once in a rule, or once in each instance of its extension.',
  },
  'mandatory-option': {
    severity: 'error',
    message: text`${'extension'} needs --${'option'}`,
    page: 'iptables refuses the extension without this option.',
  },
  'unknown-match': {
    severity: 'error',
    message: text`there is no match extension "${'name'}"`,
    page: '`-m` loads a match extension by its exact name.',
  },
  'kernel-overlooks': {
    severity: 'warning',
    message: text`the kernel does not look at ${'what'} here: ${'instead'}`,
    page: 'The tools take the option, save it and print it, but the kernel decides without it. The rule is read as the kernel has it, by every command: write what is meant in another way.',
  },
  'kernel-lacks': {
    severity: 'warning',
    message: text`${'extension'} was read from its documentation: current kernels do not have it, and none has judged it`,
    page: 'The rule is parsed, checked and printed as the sources of iptables say. No kernel that was at hand when this was written loads the extension, so neither its printed form nor its meaning was compared with one.',
  },
  'wrong-family-extension': {
    severity: 'error',
    message: text`"${'name'}" exists for IPv${'other'} only, but these rules are IPv${'family'}`,
    page: 'Some extensions belong to one IP version. Say `--family` when it was inferred wrongly.',
  },
  'wrong-family-option': {
    severity: 'error',
    message: text`${'option'} exists for IPv4 only`,
    page: 'IPv6 has no fragment option in the core; iptables offers `-m frag` there.',
  },
  'no-command': {
    severity: 'error',
    message: text`this line has no command`,
    page: 'A line between `*table` and `COMMIT` needs one of -A -I -D -R -N -P -F -X -E -Z.',
  },
  'two-commands': {
    severity: 'error',
    message: text`${'option'} cannot stand beside another command`,
    page: 'A line carries out one command.',
  },
  'unusable-command': {
    severity: 'error',
    message: text`${'option'} has no place in a rule file: ${'reason'}`,
    page: 'Commands that list or check, options of the tool itself and the table belong to the command line. The table is named by `*table`.',
  },
  'illegal-option': {
    severity: 'error',
    message: text`${'option'} is not allowed with this command`,
    page: 'Only commands that write rules take tests and jumps.',
  },
  'ignored-option': {
    severity: 'warning',
    message: text`${'option'} has no effect on the rules`,
    page: 'The option concerns the tool (its output, or how it loads kernel modules), not the rule.',
  },
  'command-argument': {
    severity: 'error',
    message: text`${'option'} needs ${'what'}`,
    page: 'The command is incomplete. Its arguments follow it, and may not begin with `-` or `!`.',
  },
  'bad-rule-number': {
    severity: 'error',
    message: text`"${'text'}" is not a rule number`,
    page: 'Rules are counted from 1.',
  },
  'bad-counter-value': {
    severity: 'error',
    message: text`${'option'} needs a packet and a byte counter`,
    page: 'Write `-c PACKETS BYTES`.',
  },
  'bad-target-name': {
    severity: 'error',
    message: text`"${'text'}" cannot be a target: ${'problem'}`,
    page: 'What `-j` and `-g` name has 1 to 28 bytes and no blanks.',
  },
} as const satisfies Catalogue;
