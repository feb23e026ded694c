import { text, type Catalogue } from '../catalogue.js';

/** Faults in the value of an option. */
export const valuesCodes = {
  'bad-number': {
    severity: 'error',
    message: text`"${'text'}" is not a number`,
    page: 'Numbers are decimal, `0x` hex, or octal with a leading zero. A negative number is none.',
  },
  'number-out-of-range': {
    severity: 'error',
    message: text`${'text'} is out of range: ${'min'} to ${'max'}`,
    page: 'The kernel stores this value in a field of fixed size, or the tools allow only a part of its values.',
  },
  'too-many-values': {
    severity: 'error',
    message: text`"${'text'}" has too many parts: at most ${'max'}`,
    page: 'This option takes a limited number of values.',
  },
  'reversed-range': {
    severity: 'error',
    message: text`the range ${'text'} ends before it begins`,
    page: 'The first value of a range may not be greater than the second.',
  },
  'bad-masked-value': {
    severity: 'error',
    message: text`"${'text'}" is neither a value nor value/mask, each 0 to ${'max'}`,
    page: 'A value with an optional mask behind a slash: `0x10`, `0x10/0xff`.',
  },
  'bad-address': {
    severity: 'error',
    message: text`"${'text'}" is not an IPv${'family'} address`,
    page: 'IPv4 addresses have four decimal parts, IPv6 addresses eight hex groups with at most one `::`.',
  },
  'wrong-family-address': {
    severity: 'error',
    message: text`"${'text'}" is an IPv${'other'} address, but these rules are IPv${'family'}`,
    page: 'A rule file speaks one IP version. Say `--family 4` or `--family 6` when it was inferred wrongly.',
  },
  'host-name': {
    severity: 'error',
    message: text`"${'text'}" is a name: host and network names are never looked up`,
    page: 'What a name resolves to depends on the machine and the hour; iptables stores the address it found. Write the address.',
  },
  'bad-mask': {
    severity: 'error',
    message: text`"${'text'}" is not a mask: a length from 0 to ${'max'}, or an IPv${'family'} address`,
    page: 'A mask stands behind a slash: `/24`, or `/255.255.255.0`.',
  },
  'bad-port': {
    severity: 'error',
    message: text`"${'text'}" is neither a port number nor a known service`,
    page: 'Ports are 0 to 65535, or a service name of the bundled table for this protocol. Ranges are `a:b`, `:b` or `a:`.',
  },
  'port-cut': {
    severity: 'warning',
    message: text`port ${'text'} is beyond 65535; iptables keeps its low 16 bits: ${'port'}`,
    page: 'This option resolves its port through the C library, which does not check the number. The kernel gets the port named here.',
  },
  'mask-lost': {
    severity: 'warning',
    message: text`iptables 1.8.9 reads the mask ${'text'} as /${'bits'}, since its ones are not all leading`,
    page: 'The option takes such masks only by mistake: the kernel is handed a mask of all ones. Write several rules with prefix lengths instead.',
  },
  'value-ignored': {
    severity: 'warning',
    message: text`${'option'} has no effect here: ${'reason'}`,
    page: 'iptables accepts this, but what reaches the kernel does not do it.',
  },
  'unknown-protocol': {
    severity: 'error',
    message: text`unknown protocol "${'text'}"`,
    page: 'A protocol is a number from 0 to 255 or a name of the bundled table; 0 and `all` mean every protocol.',
  },
  'empty-interface': {
    severity: 'error',
    message: text`an interface name is missing`,
    page: 'The empty name would match every interface; iptables refuses it. Leave the option out instead.',
  },
  'interface-too-long': {
    severity: 'error',
    message: text`interface name "${'text'}" is longer than ${'max'} bytes`,
    page: 'The kernel keeps 15 bytes of an interface name. A trailing `+` counts among them.',
  },
  'bad-mac': {
    severity: 'error',
    message: text`"${'text'}" is not a MAC address`,
    page: 'A MAC address has six hex bytes between colons: `02:00:00:00:00:01`.',
  },
  'unknown-user': {
    severity: 'error',
    message: text`no user "${'text'}" is known here`,
    page: 'Rules hold numbers. A user name is resolved by this machine when it can be.',
  },
  'unknown-group': {
    severity: 'error',
    message: text`no group "${'text'}" is known here`,
    page: 'Rules hold numbers. A group name is resolved by this machine when it can be.',
  },
  'bad-id-range': {
    severity: 'error',
    message: text`"${'text'}" is neither an id nor a range of ids`,
    page: 'Ids are 0 to 4294967294; a range is `100-200`.',
  },
  'wrong-family-match-option': {
    severity: 'error',
    message: text`--${'option'} does not exist in IPv${'family'}`,
    page: 'The extension has fewer options for this IP version.',
  },
  'reversed-never-matches': {
    severity: 'warning',
    message: text`the range ${'text'} ends before it begins, so it matches nothing`,
    page: 'iptables loads such a range, with a warning of its own.',
  },
  'too-many-ports': {
    severity: 'error',
    message: text`multiport has room for ${'max'} ports, a range taking two`,
    page: 'Split the rule, or write ranges.',
  },
  'bad-icmp-type': {
    severity: 'error',
    message: text`"${'text'}" is neither a known ICMP type nor type/code`,
    page: 'Types and codes are numbers from 0 to 255, `3/4`, or names such as echo-request.',
  },
  'ambiguous-icmp-type': {
    severity: 'error',
    message: text`"${'text'}" may be ${'first'} or ${'second'}`,
    page: 'A name may be shortened as long as only one name begins with it.',
  },
  'bad-keyword': {
    severity: 'error',
    message: text`"${'text'}" is not one of: ${'expected'}`,
    page: 'This option takes one of a fixed list of words.',
  },
  'bad-value': {
    severity: 'error',
    message: text`--${'option'}: "${'text'}" ${'problem'}`,
    page: 'The value has not the form that this option wants.',
  },
  'text-too-long': {
    severity: 'error',
    message: text`--${'option'} takes at most ${'max'} bytes, this has ${'length'}`,
    page: 'The kernel stores this text in a field of fixed size.',
  },
  'text-cut': {
    severity: 'warning',
    message: text`--${'option'} keeps only the first ${'max'} bytes of this text`,
    page: 'iptables cuts longer text silently. What is printed and compiled is the text as the kernel stores it.',
  },
  'option-needed': {
    severity: 'error',
    message: text`${'extension'} needs ${'options'}`,
    page: 'The extension does nothing without at least one of these options, so iptables refuses it.',
  },
  'option-needs-option': {
    severity: 'error',
    message: text`--${'option'} needs ${'other'}`,
    page: 'The option has a meaning only beside the other one.',
  },
  'options-exclude': {
    severity: 'error',
    message: text`--${'option'} cannot stand beside --${'other'}`,
    page: 'The two options contradict each other.',
  },
  'repeated-element-option': {
    severity: 'error',
    message: text`--${'option'} stands twice in one element of the policy`,
    page: 'Elements are told apart by --next.',
  },
  'never-matches': {
    severity: 'error',
    message: text`${'extension'} would never match: ${'reason'}`,
    page: 'iptables refuses tests that can never be true.',
  },
  'protocol-needed': {
    severity: 'error',
    message: text`${'extension'} needs -p ${'protocols'} before it, not negated`,
    page: 'The extension reads fields of these protocols. The option -p must name one of them and stand before the extension.',
  },
  'port-protocol-needed': {
    severity: 'error',
    message: text`a port in ${'extension'} needs -p tcp, udp, sctp or dccp before it`,
    page: 'Only these protocols have ports that can be translated.',
  },
  'kernel-refuses': {
    severity: 'error',
    message: text`the kernel refuses ${'extension'}: ${'reason'}`,
    page: 'The tools accept this text, but the kernel does not load it.',
  },
  'lossy-save': {
    severity: 'warning',
    message: text`${'extension'}: ${'reason'}`,
    page: 'What iptables-save prints for this rule means something else, or cannot be read again. Here the faithful form is printed.',
  },
} as const satisfies Catalogue;
