import { text, type Catalogue } from '../catalogue.js';

/** Faults in what the commands do to tables and chains, and in set files. */
export const restoreCodes = {
  'family-assumed': {
    severity: 'note',
    message: text`nothing tells whether these rules are IPv4 or IPv6: read as IPv4`,
    page: 'Addresses, protocols, extensions and the header comment of iptables-save tell the IP version. Say `--family 6` for ip6tables rules that hold none of them.',
  },
  'missing-table-name': {
    severity: 'error',
    message: text`"*" must be followed by the name of a table`,
    page: 'A table begins with `*filter`, `*nat`, `*mangle`, `*raw` or `*security`.',
  },
  'unknown-table': {
    severity: 'error',
    message: text`there is no table "${'name'}": its lines are not read`,
    page: 'The kernel has the tables raw, mangle, nat, filter and security.',
  },
  'missing-commit': {
    severity: 'error',
    message: text`the table ${'table'} is not ended by COMMIT`,
    page: 'Each table ends with a line COMMIT; without it nothing of the table is loaded.',
  },
  'missing-chain-name': {
    severity: 'error',
    message: text`":" must be followed by the name of a chain`,
    page: 'A chain is declared as `:CHAIN POLICY [packets:bytes]`.',
  },
  'missing-policy': {
    severity: 'error',
    message: text`the chain "${'chain'}" has no policy`,
    page: 'A chain is declared as `:CHAIN POLICY [packets:bytes]`; user chains have the policy `-`.',
  },
  'bad-policy': {
    severity: 'error',
    message: text`"${'policy'}" is not a policy`,
    page: 'Policies are ACCEPT and DROP.',
  },
  'user-chain-policy': {
    severity: 'error',
    message: text`"${'chain'}" is not a built-in chain of this table, so it has no policy`,
    page: 'Only built-in chains have a policy. User chains are declared with `-`; a packet that reaches their end goes back to the caller.',
  },
  'chain-exists': {
    severity: 'error',
    message: text`there is a chain "${'chain'}" already`,
    page: 'A chain is declared once in a table. The built-in chains and ACCEPT, DROP, QUEUE and RETURN are taken.',
  },
  'chain-name-too-long': {
    severity: 'error',
    message: text`the chain name "${'chain'}" has more than ${'max'} bytes`,
    page: 'Chain names have at most 28 bytes.',
  },
  'bad-chain-name': {
    severity: 'error',
    message: text`"${'chain'}" cannot be a chain: ${'problem'}`,
    page: '`-N` takes names without blanks that begin neither with `-` nor with `!` and are no target extension.',
  },
  'no-such-chain': {
    severity: 'error',
    message: text`there is no chain "${'chain'}" in table ${'table'}`,
    page: 'User chains must be declared before they are used, with `:NAME -` or `-N NAME`. Built-in chains differ from table to table.',
  },
  'no-such-target': {
    severity: 'error',
    message: text`"${'name'}" is neither a chain of table ${'table'} nor a target`,
    page: 'A chain must be declared before a rule jumps to it: `:NAME - [0:0]` at the head of the table.',
  },
  'goto-no-chain': {
    severity: 'error',
    message: text`-g needs a chain: there is no chain "${'name'}" in table ${'table'}`,
    page: 'Unlike `-j`, `-g` takes user chains only.',
  },
  'jump-to-base-chain': {
    severity: 'error',
    message: text`rules cannot jump to the built-in chain ${'chain'}`,
    page: 'Built-in chains are entered by packets only.',
  },
  'chain-shadows-target': {
    severity: 'warning',
    message: text`"${'name'}" is the chain here, not the target extension of that name`,
    page: 'A user chain hides the extension it is named like. Rename it if the extension was meant.',
  },
  'base-chain-fixed': {
    severity: 'error',
    message: text`the built-in chain ${'chain'} can be neither deleted nor renamed`,
    page: 'Only user chains can be deleted and renamed.',
  },
  'chain-in-use': {
    severity: 'error',
    message: text`the chain "${'chain'}" cannot be deleted: ${'reason'}`,
    page: 'A chain can be deleted when it is empty and no rule jumps to it.',
  },
  'no-such-rule': {
    severity: 'error',
    message: text`the chain ${'chain'} has no rule ${'number'}: it has ${'count'}`,
    page: 'Rules are counted from 1. `-I` may also name the place behind the last one.',
  },
  'no-such-rule-text': {
    severity: 'error',
    message: text`no rule of the chain ${'chain'} is like this one`,
    page: '`-D` deletes the first rule that is equal in all parts; the order of its matches counts, counters do not.',
  },
  'replace-many': {
    severity: 'error',
    message: text`-R puts in one rule, but this line makes ${'count'}`,
    page: 'A list of addresses makes a rule for each of them. `-R` takes none.',
  },
  'negated-list': {
    severity: 'error',
    message: text`"!" cannot stand before a list of addresses`,
    page: 'A list makes one rule for each address, and their union would match everything. Use an ipset, or a chain that returns.',
  },
  'bad-set-line': {
    severity: 'error',
    message: text`this is neither create nor add: ${'text'}`,
    page: 'A set file is what `ipset save` prints: `create NAME TYPE OPTIONS` and `add NAME ELEMENT OPTIONS`.',
  },
  'unknown-set-type': {
    severity: 'error',
    message: text`"${'type'}" is not a set type that is understood`,
    page: 'Understood are hash:ip, hash:net, hash:mac, hash:ip,mac, hash:ip,mark, hash:net,net, hash:ip,port, hash:ip,port,ip, hash:ip,port,net, hash:net,port, hash:net,port,net, hash:net,iface, bitmap:ip, bitmap:ip,mac, bitmap:port and list:set.',
  },
  'unknown-set-option': {
    severity: 'error',
    message: text`unknown set option "${'option'}"`,
    page: 'The options of a set or element change what it matches, so an unknown one is not skipped.',
  },
  'set-option-out-of-place': {
    severity: 'error',
    message: text`"${'option'}" does not go with ${'holder'}`,
    page: 'An element carries a timeout, counters, a comment or skbinfo only where its set was created with them, and options of a type go with that type alone: ipset refuses the line.',
  },
  'set-of-other-family': {
    severity: 'error',
    message: text`the set "${'set'}" holds IPv${'held'} addresses, and the rule is of IPv${'wanted'}`,
    page: 'Rules of iptables ask for sets of `family inet`, rules of ip6tables for sets of `family inet6`. Sets of ports, of MAC addresses and lists of sets are for both.',
  },
  'set-exists': {
    severity: 'error',
    message: text`there is a set "${'name'}" already`,
    page: 'A set is created once. With `-exist` ipset would take the second create if it is equal.',
  },
  'no-such-set': {
    severity: 'error',
    message: text`the set "${'name'}" has not been created`,
    page: 'A `create` line must stand before the elements of a set, and before the lists that hold it.',
  },
  'bad-set-element': {
    severity: 'error',
    message: text`"${'text'}" is not ${'expected'}`,
    page: 'Elements have one part for each dimension of the set\'s type, with commas between: `10.0.0.1,tcp:80` in hash:ip,port.',
  },
  'missing-set-word': {
    severity: 'error',
    message: text`${'what'} is missing`,
    page: 'A set file is what `ipset save` prints: `create NAME TYPE OPTIONS` and `add NAME ELEMENT OPTIONS`.',
  },
} as const satisfies Catalogue;
