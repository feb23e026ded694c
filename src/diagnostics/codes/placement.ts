import { text, type Catalogue } from '../catalogue.js';

/** Rules that stand where the kernel does not take them. */
export const placementCodes = {
  'interface-not-here': {
    severity: 'error',
    message: text`${'option'} cannot be used in ${'chain'}: packets have no ${'direction'} interface there`,
    page: 'Packets get their outgoing interface by routing, after PREROUTING and INPUT; packets of this host have no incoming one. In user chains such a test is allowed and never true.',
  },
  'drop-in-nat': {
    severity: 'error',
    message: text`the nat table is not for filtering: DROP is not taken there`,
    page: 'Only the first packet of a connection meets the nat table, so a DROP there would not do what it says. Drop in filter, or in raw or mangle PREROUTING.',
  },
  'wrong-table': {
    severity: 'error',
    message: text`${'name'} is taken only in the table ${'tables'}`,
    page: 'The kernel ties this extension to some tables and refuses the whole table when a rule uses it elsewhere.',
  },
  'wrong-hook': {
    severity: 'error',
    message: text`${'name'} cannot be reached from ${'hook'}: it is taken only under ${'hooks'}`,
    page: 'The kernel looks at every built-in chain from which a rule can be reached, through jumps too, and refuses the table when one of them does not suit the extension.',
  },
  'needs-protocol': {
    severity: 'error',
    message: text`${'name'} needs -p ${'protocols'}, not negated`,
    page: 'The kernel takes this extension only in a rule whose -p names its protocol. A negated protocol does not count.',
  },
  'needs-syn': {
    severity: 'error',
    message: text`${'name'} needs a tcp match that asks for SYN, such as --tcp-flags SYN,RST SYN`,
    page: 'The segment size is agreed upon in the first packets of a connection. The kernel takes the target only in rules whose tcp match wants the SYN flag set.',
  },
  'chain-loop': {
    severity: 'error',
    message: text`this jump closes a loop: ${'path'}`,
    page: 'The kernel refuses tables in which a packet could run in a circle. Loops that no built-in chain reaches are taken.',
  },
} as const satisfies Catalogue;
